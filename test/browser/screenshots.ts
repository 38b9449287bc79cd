/** `npm run screenshots`: the pictures of the README, of the demo. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { browser } from '../harness/browser.ts'
import { logIn, tryOut } from './console.ts'

const folder = new URL('./screenshots/', import.meta.url)
const file = (name: string) => fileURLToPath(new URL(name, folder))
const size = { width: 1400, height: 900 }

mkdirSync(folder, { recursive: true })
const demo = spawn(process.execPath, ['src/start.js', 'demo'], {
  env: { ...process.env, PORT: '8000' },
  stdio: ['ignore', 'pipe', 'inherit'],
})
await once(demo.stdout, 'data')
const url = 'http://127.0.0.1:8000'
const chromium = await browser()
try {
  const redoc = await chromium.open(`${url}/redoc`, size)
  const entry = redoc.page.locator('[data-item-id$="operation/readUsersMe"] > label')
  await entry.dispatchEvent('click')
  await entry.and(redoc.page.locator('.active')).scrollIntoViewIfNeeded()
  await redoc.page.screenshot({ path: file('redoc.png') })

  const docs = await chromium.open(`${url}/docs`, { ...size, height: 1100 })
  await docs.page.locator('.opblock').first().waitFor()
  await logIn(docs.page, 'johndoe', 'secret123')
  await docs.page.locator('.close-modal').click()
  const response = await tryOut(docs.page, 'Account', 'readUsersMe')
  await response.evaluate((table) => table.closest('.opblock')?.scrollIntoView())
  await docs.page.screenshot({ path: file('docs.png') })
} finally {
  await chromium.close()
  demo.kill()
}
