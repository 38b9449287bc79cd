/** `/docs` in a browser: a user logs in and calls an operation. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Browser,
  browser,
  hasBrowser,
  missingBrowser,
  type WatchedPage,
} from '../harness/browser.ts'
import { contractOperations, declaredScopes } from '../harness/contract-operations.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { logIn, tryOut } from './console.ts'

describe.skipIf(!hasBrowser)(`/docs in a browser${missingBrowser}`, () => {
  let server: TestServer
  let chromium: Browser
  let docs: WatchedPage
  beforeAll(async () => {
    server = await testServer()
    chromium = await browser()
    docs = await chromium.open(`${server.url}/docs`)
    await docs.page.locator('.opblock').first().waitFor()
  })
  afterAll(async () => {
    await chromium?.close()
    await server?.stop()
  })

  it('shows every operation', async () => {
    const shown = await docs.page
      .locator('.opblock')
      .evaluateAll((blocks) => blocks.map(({ id }) => id))
    const ids = shown.map((id) => id.split('-').at(-1))
    expect(ids.toSorted()).toEqual(
      contractOperations.map(({ operationId }) => operationId).toSorted(),
    )
  })

  it('shows every padlock open before a login', async () => {
    const padlocks = docs.page.locator('.opblock .authorization__btn')
    const labels = await padlocks.evaluateAll((all) => all.map((each) => each.ariaLabel))
    expect(new Set(labels)).toEqual(new Set(['authorization button unlocked']))
  })

  it('logs johndoe in with a username and a password only [A6, B8]', async () => {
    await logIn(docs.page, 'johndoe', 'secret123')
    const inputs = docs.page.locator('.auth-container input:not([type=checkbox])')
    expect(await inputs.count()).toBe(0)
    await docs.page.locator('.close-modal').click()
  })

  it('calls GET /users/me and shows the response [S4]', async () => {
    const response = await tryOut(docs.page, 'Account', 'readUsersMe')
    expect(await response.locator('.response .response-col_status').innerText()).toContain('200')
    expect(await response.innerText()).toContain('"email": "johndoe@example.com"')
  })

  it('offers no link that selects all scopes', async () => {
    const { page } = await chromium.open(`${server.url}/docs`)
    await page.locator('.scheme-container .authorize').click()
    await page.locator('.auth-container .scopes h2').waitFor()
    expect(await page.locator('.auth-container .scopes input').count()).toBe(declaredScopes.length)
    expect(await page.locator('.auth-container .scopes a:visible').count()).toBe(0)
  })

  it('logs in when Enter is pressed', async () => {
    const { page } = await chromium.open(`${server.url}/docs`)
    await page.locator('.scheme-container .authorize').click()
    await page.locator('#oauth_username').fill('johndoe')
    await page.locator('#oauth_password').fill('secret123')
    await page.locator('#oauth_password').press('Enter')
    await page.getByRole('button', { name: 'Remove authorization' }).waitFor()
  })

  it('authenticates a client at its operations [B1]', async () => {
    const { page } = await chromium.open(`${server.url}/docs`)
    await page.locator('#operations-Tokens-introspectToken .authorization__btn').click()
    const fields = page.locator('.auth-container input:visible')
    await fields.nth(1).waitFor()
    await fields.nth(0).fill('demo-service')
    await fields.nth(1).fill('demo-service-secret')
    await fields.nth(1).press('Enter')
    await page.getByRole('button', { name: 'Remove authorization' }).waitFor()
    await page.locator('.close-modal').click()
    const response = await tryOut(page, 'Tokens', 'introspectToken', ['client_id', 'client_secret'])
    expect(await response.innerText()).toContain('"active": false')
  })

  it('names the server that serves it', async () => {
    const { page } = await chromium.open(`${server.url}/docs`)
    const operation = page.locator('#operations-Tokens-readServerMetadata')
    await operation.locator('.opblock-summary-control').click()
    await operation.locator('.responses-table .example').first().waitFor()
    const shown = await operation.innerText()
    expect(shown).toContain(`"issuer": "${server.url}"`)
    expect(shown).not.toContain('http://127.0.0.1:8000')
  })

  it('shows an operation without horizontal scrolling, 375 pixels wide', async () => {
    const { page } = await chromium.open(`${server.url}/docs`, { width: 375, height: 800 })
    // With links, with parameters, and with a form: to open all takes half a minute.
    for (const id of ['Items-createItem', 'Users-listAuditEvents', 'Tokens-issueToken']) {
      const operation = page.locator(`#operations-${id}`)
      await operation.locator('.opblock-summary-control').click()
      await operation.locator('.responses-table .response').first().waitFor()
    }
    const outside = await page
      .locator('.opblock *')
      .evaluateAll((elements) =>
        elements
          .filter((each) => each.getBoundingClientRect().right > 375)
          .map(({ tagName, className }) => `${tagName}.${className}`),
      )
    expect([...new Set(outside)]).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375)
  })

  it('does not store the token', async () => {
    expect(await docs.page.evaluate('localStorage.length + sessionStorage.length')).toBe(0)
  })

  it('sends no request to another host and logs no error', () => {
    expect(docs.faults()).toEqual([])
  })
})
