/** The steps of a user in Swagger UI. */
import type { Locator, Page } from 'playwright-core'

/** Leaves the Authorize dialog open. */
export async function logIn(page: Page, username: string, password: string): Promise<void> {
  await page.locator('.scheme-container .authorize').click()
  const dialog = page.locator('.auth-container')
  const fields = dialog.locator('input:not([type=checkbox]):visible')
  await fields.nth(1).waitFor()
  if ((await fields.count()) !== 2) throw new Error('The dialog does not have two fields')
  await fields.nth(0).fill(username)
  await fields.nth(1).fill(password)
  await dialog.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
  await dialog.getByRole('button', { name: 'Remove authorization' }).waitFor()
}

/** Opens an operation, clears the given fields of its form, executes it, and returns the response as shown. */
export async function tryOut(
  page: Page,
  tag: string,
  operationId: string,
  cleared: readonly string[] = [],
): Promise<Locator> {
  const operation = page.locator(`#operations-${tag}-${operationId}`)
  await operation.locator('.opblock-summary-control').click()
  await operation.locator('.try-out__btn').click()
  for (const name of cleared)
    await operation.locator(`[data-property-name=${name}] input[type=text]`).fill('')
  await operation.locator('.execute').click()
  const response = operation.locator('.live-responses-table')
  await response.waitFor()
  return response
}
