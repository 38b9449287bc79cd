/** The packed client in a browser, on a page of a different origin. */
import { existsSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { setTimeout } from 'node:timers/promises'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { createClient as createClientHere, TesseraClient } from '../../src/client/index.ts'
import { clientDependencies } from '../client/dependencies.ts'
import { readmeExample } from '../client/readme-example.ts'
import { recordCalls } from '../client/record-calls.ts'
import { bundled, redirector } from '../client/runtimes.ts'
import { type PackedProject, packedProject } from '../harness/packed.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { type PageServer, pageServer } from './page-server.ts'

declare global {
  // Globals of the page.
  var createClient: typeof createClientHere
  var tessera: TesseraClient
}

const executablePath = process.env.TESSERA_BROWSER ?? '/usr/bin/chromium'
const hasBrowser = existsSync(executablePath)
const skipped = hasBrowser ? '' : ` (skipped: there is no browser at ${executablePath})`

describe.skipIf(!hasBrowser)(`the client in a browser${skipped}`, () => {
  let project: PackedProject
  let listed: PageServer
  let stranger: PageServer
  let server: TestServer
  let browser: Browser
  let page: Page
  const printed: string[] = []

  beforeAll(async () => {
    project = packedProject('client', clientDependencies)
    listed = await pageServer(project.modules)
    stranger = await pageServer(project.modules)
    const settings = { CORS_ORIGINS: listed.origin, LOGIN_MAX_FAILURES: '2' }
    server = await testServer({ settings })
    browser = await chromium.launch({ executablePath, chromiumSandbox: false })
    page = await opened(listed)
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    await listed?.stop()
    await stranger?.stop()
    project?.[Symbol.dispose]()
  })

  /** A page with a client. */
  async function opened({ origin }: PageServer): Promise<Page> {
    const opening = await browser.newPage()
    opening.on('console', (message) => printed.push(message.text()))
    await opening.goto(origin)
    await opening.evaluate((baseUrl) => {
      globalThis.tessera = globalThis.createClient({ baseUrl })
    }, server.url)
    return opening
  }

  const logIn = (on: Page, username = 'johndoe', password = 'secret123') =>
    on.evaluate((credentials) => globalThis.tessera.logIn(credentials), { username, password })
  const me = (on: Page) =>
    on.evaluate(async () => (await globalThis.tessera.GET('/users/me')).data.username)

  it('logs in, calls an operation and does not reveal its tokens', async () => {
    expect(await logIn(page)).toContain('me:read')
    expect(await me(page)).toBe('johndoe')
    await page.evaluate('console.log(tessera, String(tessera))')
    expect(await page.evaluate(() => JSON.stringify(globalThis.tessera))).toBe('{}')
    expect(printed.join('\n')).not.toContain('eyJ')
  })

  it('reads ETag, Location and X-Request-Id [J2]', async () => {
    const read = await page.evaluate(async () => {
      const path = { item_id: 'Bar' }
      const created = await globalThis.tessera.POST('/users/me/items', { body: path })
      const headers = Object.fromEntries(created.response.headers)
      const params = { path, header: { 'If-Match': headers.etag ?? '' } }
      const body = { title: 'A bar' }
      const changed = await globalThis.tessera.PATCH('/users/me/items/{item_id}', { params, body })
      const gone = await globalThis.tessera.DELETE('/users/me/items/{item_id}', {
        params: { path },
      })
      return { headers, title: changed.data.title, gone: gone.response.status }
    })
    expect(read).toMatchObject({
      headers: {
        etag: expect.stringMatching(/^".+"$/),
        location: '/users/me/items/Bar',
        'x-request-id': expect.any(String),
      },
      title: 'A bar',
      gone: 204,
    })
  })

  it('refreshes an expired token [J2]', async () => {
    server.advance(31 * 60_000)
    const seen = await recordCalls(async () => {
      expect(await me(page)).toBe('johndoe')
    })
    expect(seen.filter((line) => !line.endsWith(' 204'))).toEqual([
      '/users/me 401',
      '/token 200',
      '/users/me 200',
    ])
  })

  it('reads Retry-After [J2]', async () => {
    for (const password of ['guess 1', 'guess 2'])
      await expect(logIn(page, 'admin', password)).rejects.toThrow('Incorrect username or password')
    const refused = await page.evaluate(() =>
      globalThis.tessera
        .logIn({ username: 'admin', password: 'administrator123' })
        .catch(({ name, status, retryAfter }) => ({ name, status, waits: retryAfter > 0 })),
    )
    expect(refused).toEqual({ name: 'OAuthFailure', status: 429, waits: true })
  })

  it('logs out', async () => {
    await page.evaluate(() => globalThis.tessera.logOut())
    await expect(me(page)).rejects.toThrow('Log in first')
  })

  it('shares a session and its end between tabs, with the code of the README', async () => {
    const { code } = readmeExample('tabs.ts', server.url)
    project.write('node_modules/tabs.js', stripTypeScriptTypes(code))
    const context = await browser.newContext()
    const tab = async () => {
      const opening = await context.newPage()
      await opening.goto(listed.origin)
      await opening.evaluate('import("/tabs.js").then((tabs) => Object.assign(globalThis, tabs))')
      return opening
    }
    const [one, two] = [await tab(), await tab()]
    await logIn(one)
    expect(await me(two)).toBe('johndoe')
    server.advance(31 * 60_000)
    // Slow enough for both tabs to refresh.
    await context.route('**/token', async (route) => {
      await setTimeout(300)
      await route.continue()
    })
    const seen = await recordCalls(async () => {
      expect(await Promise.all([me(one), me(two)])).toEqual(['johndoe', 'johndoe'])
    })
    expect(seen.filter((line) => line === '/token 200')).toHaveLength(1)
    await two.evaluate(() => globalThis.tessera.logOut())
    await expect(me(one)).rejects.toThrow('Log in first')
    await one.evaluate('import("idb-keyval").then(({ set }) => set("tessera", "{"))')
    await expect(me(two)).rejects.toThrow('Log in first')
    await logIn(two)
    expect(await me(one)).toBe('johndoe')
    await context.close()
  })

  it('follows no redirect', async () => {
    await using elsewhere = await redirector(server.url)
    const refused = await page.evaluate(
      (baseUrl) =>
        globalThis
          .createClient({ baseUrl })
          .logIn({ username: 'johndoe', password: 'secret123' })
          .catch(({ name, message }) => ({ name, message })),
      elsewhere.url,
    )
    expect(refused).toEqual({
      name: 'UnexpectedResponse',
      message: 'Not a response of Tessera (a redirect)',
    })
  })

  it('runs in a service worker', async () => {
    const code = await bundled(
      'iife',
      `import { session } from './runtime-program.ts'
      onmessage = ({ data, ports: [port] }) => session(data).then((read) => port.postMessage(read))`,
    )
    project.write('node_modules/service-worker.js', code)
    const read = await page.evaluate(`(async () => {
      await navigator.serviceWorker.register('/service-worker.js')
      const { active } = await navigator.serviceWorker.ready
      const { port1, port2 } = new MessageChannel()
      active.postMessage('${server.url}', [port2])
      return new Promise((resolve) => { port1.onmessage = ({ data }) => resolve(data) })
    })()`)
    expect(read).toMatchObject({ ids: ['Foo'], isRenewed: true, title: 'é & +' })
  })

  it('fails on a page whose origin is not listed [J2]', async () => {
    const elsewhere = await opened(stranger)
    await expect(logIn(elsewhere)).rejects.toThrow('Failed to fetch')
  })
})
