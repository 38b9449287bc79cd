/** `/redoc` in a real browser. */
import { readFileSync } from 'node:fs'
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

const contract = JSON.parse(
  readFileSync(new URL('../../generated/openapi.json', import.meta.url), 'utf8'),
)

describe.skipIf(!hasBrowser)(`/redoc in a browser${missingBrowser}`, () => {
  let server: TestServer
  let chromium: Browser
  let redoc: WatchedPage
  beforeAll(async () => {
    server = await testServer({ empty: true })
    chromium = await browser()
    redoc = await chromium.open(`${server.url}/redoc`)
    await redoc.page.locator('[id="operation/readReadiness"]').waitFor()
  })
  afterAll(async () => {
    await chromium?.close()
    await server?.stop()
  })

  it('shows every operation, and the scopes that it requires', async () => {
    for (const { operationId, method, path, scopes } of contractOperations) {
      const shown = await redoc.page.locator(`[id="operation/${operationId}"]`).innerText()
      const { summary } = contract.paths[path][method.toLowerCase()]
      expect(shown.split('\n')[0]).toBe(summary)
      for (const scope of scopes) expect(shown).toContain(scope)
    }
  })

  it('shows every scope, and what it opens', async () => {
    const shown = await redoc.page.locator('[id="section/Scopes"]').innerText()
    const { scopes } = contract.components.securitySchemes.OAuth2.flows.password
    expect(declaredScopes.length).toBeGreaterThan(5)
    for (const scope of declaredScopes) {
      expect(shown).toContain(scope)
      expect(shown).toContain(scopes[scope])
    }
  })

  it('leads from every link in its text to what the link names', async () => {
    const { page } = redoc
    const links = page.locator('.api-content a[href^="#"]:not([aria-label])')
    const targets = await links.evaluateAll((found) =>
      found.map((link) => link.getAttribute('href') ?? ''),
    )
    expect(targets).toContain('#operation/readJwks')
    for (const target of new Set(targets)) {
      const top = async () => (await page.locator(`[id="${target.slice(1)}"]`).boundingBox())?.y
      // Redoc looks at each scroll up to a tenth of a second later, and then goes to where it was before.
      await page.evaluate(() => new Promise((settled) => setTimeout(settled, 200)))
      // Not a click of the mouse, which would scroll first.
      await page.locator(`.api-content a[href="${target}"]`).first().dispatchEvent('click')
      await expect
        .poll(async () => [target, Math.round((await top()) ?? -1000)], { timeout: 10_000 })
        .toEqual([target, expect.closeTo(0, -1)])
    }
  })

  it.each([1000, 1280, 1920])('cuts no line of its code, %i pixels wide', async (width) => {
    await redoc.page.setViewportSize({ width, height: 800 })
    const code = redoc.page.locator('.api-content pre')
    const blocks = await code.evaluateAll((found) =>
      found.map(({ textContent, scrollWidth, clientWidth }) => ({
        code: textContent,
        hidden: scrollWidth - clientWidth,
      })),
    )
    expect(blocks.length).toBeGreaterThan(15)
    expect(blocks.filter(({ hidden }) => hidden > 0)).toEqual([])
  })

  it('finds what is searched for', async () => {
    await redoc.page.locator('input[type=text]').fill('audit')
    await redoc.page.locator('[role=search] li', { hasText: 'List the audit trail' }).waitFor()
  })

  it('asks no other host, breaks no policy and writes no error', () => {
    expect(redoc.faults()).toEqual([])
  })
})
