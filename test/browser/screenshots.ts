/** `npm run screenshots`: the pictures of the README, of a server with the data of the demo. */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { browser } from '../harness/browser.ts'
import { testServer } from '../harness/test-server.ts'
import { logIn, tryOut } from './console.ts'

const folder = new URL('./screenshots/', import.meta.url)
const file = (name: string) => fileURLToPath(new URL(name, folder))
const size = { width: 1400, height: 900 }

mkdirSync(folder, { recursive: true })
const server = await testServer({ settings: { PORT: '8000', LOG_LEVEL: 'warn' } })
const chromium = await browser()
try {
  const redoc = await chromium.open(`${server.url}/redoc`, size)
  const entry = redoc.page.locator('[data-item-id$="operation/readUsersMe"] > label')
  await entry.dispatchEvent('click')
  await entry.and(redoc.page.locator('.active')).scrollIntoViewIfNeeded()
  await redoc.page.screenshot({ path: file('redoc.png') })

  const docs = await chromium.open(`${server.url}/docs`, size)
  await docs.page.locator('.opblock').first().waitFor()
  await logIn(docs.page, 'johndoe', 'secret123')
  await docs.page.locator('.close-modal').click()
  const response = await tryOut(docs.page, 'Account', 'readUsersMe')
  await response.evaluate((table) => table.closest('.opblock')?.scrollIntoView())
  await docs.page.screenshot({ path: file('docs.png') })
} finally {
  await chromium.close()
  await server.stop()
}
