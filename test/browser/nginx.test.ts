/** The server below a path, behind the nginx of the handbook, in a browser. */
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blocks } from '../deploy/files.ts'
import {
  type Browser,
  browser,
  hasBrowser,
  missingBrowser,
  type WatchedPage,
} from '../harness/browser.ts'
import { freePort } from '../harness/embedded-postgres.ts'
import { hasNginx, missingNginx, siteWith, startNginx } from '../harness/nginx.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { logIn, tryOut } from './console.ts'

/** The locations that the handbook shows. */
const locations = blocks.find(({ language }) => language === 'nginx')?.text ?? ''
const removing = locations.replace('proxy_pass http://tessera;', 'proxy_pass http://tessera/;')

const canRun = hasNginx && hasBrowser

describe.skipIf(!canRun).each([
  ['keeps', locations],
  ['removes', removing],
])(`behind nginx that %s the path of ISSUER${missingNginx}${missingBrowser}`, (_, shown) => {
  let server: TestServer
  let stopNginx: () => Promise<void>
  let chromium: Browser
  let issuer: string
  const pages: WatchedPage[] = []
  beforeAll(async () => {
    const own = await freePort()
    issuer = `http://127.0.0.1:${own}/auth`
    server = await testServer({ settings: { ISSUER: issuer, TRUST_PROXY: '127.0.0.1' } })
    const port = Number(new URL(server.url).port)
    stopNginx = await startNginx(siteWith(shown, { own, servers: [port] }), own)
    chromium = await browser()
  })
  afterAll(async () => {
    await chromium?.close()
    await stopNginx?.()
    await server?.stop()
  })

  const open = async (path: string) => {
    const opened = await chromium.open(`${issuer}${path}`)
    pages.push(opened)
    return opened.page
  }

  it('a user logs in at /docs and calls an operation [G10]', async () => {
    const page = await open('/docs')
    await logIn(page, 'johndoe', 'secret123')
    await page.locator('.close-modal').click()
    const response = await tryOut(page, 'Account', 'readUsersMe')
    expect(await response.locator('.response .response-col_status').innerText()).toContain('200')
    expect(await response.innerText()).toContain('"email": "johndoe@example.com"')
  })

  it('the root leads to /redoc, whose commands name the public URL [G10]', async () => {
    const page = await open('/')
    await page.locator('[id="operation/readUsersMe"]').waitFor()
    expect(page.url()).toBe(`${issuer}/redoc`)
    const shown = await page.locator('main').innerText()
    expect(shown).toContain(`curl ${issuer}/users/me`)
    expect(shown).not.toContain('http://127.0.0.1:8000')
  })

  it('oauth4webapi finds the server and the resource from the issuer [G7, G8, G10]', async () => {
    const url = new URL(issuer)
    const insecure = { [oauth.allowInsecureRequests]: true }
    for (const algorithm of ['oauth2', 'oidc'] as const) {
      const found = await oauth.discoveryRequest(url, { algorithm, ...insecure })
      expect(await oauth.processDiscoveryResponse(url, found)).toMatchObject({ issuer })
    }
    const resource = await oauth.resourceDiscoveryRequest(url, insecure)
    const { authorization_servers } = await oauth.processResourceDiscoveryResponse(url, resource)
    expect(authorization_servers).toEqual([issuer])
  })

  it('no page requested another host or logged an error [G10]', () => {
    expect(pages).toHaveLength(2)
    expect(pages.flatMap(({ faults }) => faults())).toEqual([])
  })
})
