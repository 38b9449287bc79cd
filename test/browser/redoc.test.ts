/** `/redoc` in a browser. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
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
import { volatileFolder } from '../harness/volatile-folder.ts'

const contract = JSON.parse(
  readFileSync(new URL('../../generated/openapi.json', import.meta.url), 'utf8'),
)

describe.skipIf(!hasBrowser)(`/redoc in a browser${missingBrowser}`, () => {
  let server: TestServer
  let chromium: Browser
  let redoc: WatchedPage
  beforeAll(async () => {
    server = await testServer({ settings: { MAIL_DIR: volatileFolder('mails-') } })
    chromium = await browser()
    redoc = await chromium.open(`${server.url}/redoc`)
    await redoc.page.locator('[id="operation/readReadiness"]').waitFor()
  })
  afterAll(async () => {
    await chromium?.close()
    await server?.stop()
  })

  it('leads to an explanation of errors, which loads nothing that its policy forbids [J1]', async () => {
    const problems = await chromium.open(`${server.url}/problems#invalid_token`)
    await problems.page.getByText('invalid_token', { exact: true }).waitFor()
    expect(problems.faults()).toEqual([])
  })

  /** The status of the response, to an administrator with new tokens. */
  async function run(command: string): Promise<string> {
    const login = await server.login({ username: 'admin', password: 'administrator123' })
    const { access_token, refresh_token } = (await login.json()) as Record<string, string>
    const printStatus = command.replace(/^curl/, "curl -s -o /dev/null -w '%{http_code}'")
    const variables = `TOKEN=${access_token} REFRESH=${refresh_token}`
    return (await promisify(execFile)('sh', ['-ec', `${variables}\n${printStatus}`])).stdout
  }

  it('shows every operation with the scopes that it requires', async () => {
    for (const { operationId, method, path, scopes } of contractOperations) {
      const shown = await redoc.page.locator(`[id="operation/${operationId}"]`).innerText()
      const { summary, deprecated } = contract.paths[path][method.toLowerCase()]
      expect(shown.split('\n')[0]).toBe(deprecated ? `${summary} Deprecated` : summary)
      for (const scope of scopes) expect(shown).toContain(scope)
    }
  })

  it('shows every scope with its description', async () => {
    const shown = await redoc.page.locator('[id="section/Scopes"]').innerText()
    const { scopes } = contract.components.securitySchemes.OAuth2.flows.password
    expect(declaredScopes.length).toBeGreaterThan(5)
    for (const scope of declaredScopes) {
      expect(shown).toContain(scope)
      expect(shown).toContain(scopes[scope])
    }
  })

  it('has no dead links', async () => {
    const { page } = redoc
    const links = page.locator('.api-content a[href^="#"]:not([aria-label])')
    const targets = await links.evaluateAll((found) =>
      found.map((link) => link.getAttribute('href') ?? ''),
    )
    expect(targets).toContain('#section/Scopes')
    for (const target of new Set(targets)) {
      const top = async () => (await page.locator(`[id="${target.slice(1)}"]`).boundingBox())?.y
      // Redoc handles a scroll up to 100 ms later, and then returns to the previous position.
      await page.evaluate(() => new Promise((settled) => setTimeout(settled, 200)))
      // A mouse click would scroll first.
      await page.locator(`.api-content a[href="${target}"]`).first().dispatchEvent('click')
      await expect
        .poll(async () => [target, Math.round((await top()) ?? -1000)], { timeout: 10_000 })
        .toEqual([target, expect.closeTo(0, -1)])
    }
  })

  it.each([375, 900, 1440, 1920])(
    'shows code, examples and fields without horizontal scrolling, %i pixels wide',
    async (width) => {
      await redoc.page.setViewportSize({ width, height: 900 })
      for (const selector of ['pre', '.redoc-json', 'table', 'button:has(> .http-verb) *']) {
        const found = redoc.page.locator(`.api-content ${selector}`)
        expect(await found.count()).toBeGreaterThan(25)
        const hidden = await found.evaluateAll(
          (elements, width) =>
            elements
              .filter(
                (each) =>
                  each.scrollWidth > each.clientWidth || each.getBoundingClientRect().right > width,
              )
              .map(({ textContent }) => textContent),
          width,
        )
        expect(hidden).toEqual([])
      }
    },
  )

  it.each([375, 900, 1440])(
    'shows method, path and curl sample near the heading of an operation, %i pixels wide',
    async (width) => {
      await redoc.page.setViewportSize({ width, height: 900 })
      const tops = (selector: string) =>
        redoc.page
          .locator('.api-content [id^="operation/"]')
          .evaluateAll(
            (operations, selector) =>
              operations.map(
                (operation) =>
                  (operation.querySelector(selector)?.getBoundingClientRect().top ?? Infinity) -
                  operation.getBoundingClientRect().top,
              ),
            selector,
          )
      // The curl sample is the first code of an operation: the test of curl commands runs it.
      for (const selector of ['.http-verb + *', 'pre']) {
        const found = await tops(selector)
        expect(found).toHaveLength(contractOperations.length)
        expect(Math.min(...found)).toBeGreaterThan(0)
        expect(Math.max(...found)).toBeLessThan(500)
      }
    },
  )

  it.each([900, 1440])(
    'shows every group of operations in the menu without scrolling, %i pixels wide',
    async (width) => {
      await redoc.page.setViewportSize({ width, height: 900 })
      const menu = redoc.page.locator('.menu-content .scrollbar-container')
      const visible = await menu.evaluate((list) => {
        const { bottom } = list.getBoundingClientRect()
        return [
          ...list.querySelectorAll(
            'li[data-item-id^="tag/"]:not([data-item-id*="operation/"]) > label',
          ),
        ]
          .filter((label) => label.getBoundingClientRect().bottom <= bottom)
          .map(({ textContent }) => textContent)
      })
      expect(visible).toEqual(contract.tags.map(({ name }: { name: string }) => name))
    },
  )

  it('has no empty panel beside the guide', async () => {
    await redoc.page.setViewportSize({ width: 1440, height: 900 })
    await redoc.page.evaluate('scrollTo(0, 0)')
    const colors = await redoc.page.evaluate(
      'document.elementsFromPoint(1400, 700).map((each) => getComputedStyle(each).backgroundColor)',
    )
    expect(colors).toContain('rgba(0, 0, 0, 0)')
    expect(colors).not.toContain('rgb(38, 50, 56)')
  })

  it('names the server that serves it', async () => {
    const shown = await redoc.page.locator('main').innerText()
    expect(shown).toContain(`curl ${server.url}/users/me`)
    expect(shown).toContain(`"jwks_uri": "${server.url}/.well-known/jwks.json"`)
    expect(shown).not.toContain('http://127.0.0.1:8000')
  })

  it('shows each operation as a curl command that the server accepts', async () => {
    const operation = (id: string) => redoc.page.locator(`[id="operation/${id}"]`)
    const shownCommand = (id: string) =>
      operation(id).locator('pre', { hasText: 'curl ' }).first().innerText()
    const statuses: Record<string, string> = {}
    for (const { operationId } of contractOperations)
      statuses[operationId] = await run(await shownCommand(operationId))
    await operation('issueToken').getByRole('tab', { name: 'refreshes' }).click()
    statuses.refresh = await run(await shownCommand('issueToken'))
    const others = Object.entries(statuses).filter(([, status]) => !/^20[0124]$/.test(status))
    // The examples have the password of johndoe, and proofs and ids that do not exist.
    expect(Object.fromEntries(others)).toEqual({
      changePassword: '403',
      deleteUsersMe: '403',
      changeEmail: '403',
      requestEmailConfirmation: '409',
      resetPassword: '403',
      confirmEmail: '403',
      restoreEmail: '403',
      revokeSession: '404',
      readUser: '404',
      updateUser: '404',
      deleteUser: '404',
    })
  })

  it('finds an operation by its summary', async () => {
    await redoc.page.locator('input[type=text]').fill('audit')
    await redoc.page.locator('[role=search] li', { hasText: 'List the audit trail' }).waitFor()
  })

  it('sends no request to another host and logs no error', () => {
    expect(redoc.faults()).toEqual([])
  })
})
