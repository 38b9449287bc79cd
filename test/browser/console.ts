/** What a user does in Swagger UI, click by click. */
import type { Locator, Page } from 'playwright-core'

/** Through the Authorize dialog, which stays open. Only the fields that it shows can be filled. */
export async function logIn(page: Page, username: string, password: string): Promise<void> {
  await page.locator('.scheme-container .authorize').click()
  const dialog = page.locator('.auth-container')
  const fields = dialog.locator('input:not([type=checkbox]):visible')
  await fields.nth(1).waitFor()
  if ((await fields.count()) !== 2) throw new Error('The dialog asks for more than two things')
  await fields.nth(0).fill(username)
  await fields.nth(1).fill(password)
  await dialog.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
  await dialog.getByRole('button', { name: 'Remove authorization' }).waitFor()
}

/** Opens an operation, empties these fields of its form, tries it out, and resolves to what is shown of the answer. */
export async function tryOut(
  page: Page,
  tag: string,
  operationId: string,
  emptied: readonly string[] = [],
): Promise<Locator> {
  const operation = page.locator(`#operations-${tag}-${operationId}`)
  await operation.locator('.opblock-summary-control').click()
  await operation.locator('.try-out__btn').click()
  for (const name of emptied)
    await operation.locator(`[data-property-name=${name}] input[type=text]`).fill('')
  await operation.locator('.execute').click()
  const answer = operation.locator('.live-responses-table')
  await answer.waitFor()
  return answer
}
