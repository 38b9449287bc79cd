/** Runs Chromium, if it is installed, and reports what a page must not do: requests to other hosts and errors. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'

const executable = process.env.TESSERA_BROWSER ?? '/usr/bin/chromium'
export const hasBrowser = existsSync(executable)
/** Added to the titles of tests that are skipped without a browser. */
export const missingBrowser = hasBrowser ? '' : ` (skipped: there is no browser at ${executable})`

const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface Browser {
  open(url: string, size?: { width: number; height: number }): Promise<WatchedPage>
  close(): Promise<void>
}

export interface WatchedPage {
  readonly page: Page
  /** Requests to other hosts, console errors and violations of the content security policy. Expected to be empty. */
  faults(): readonly string[]
}

/** With a temporary profile. */
export async function browser(): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'tessera-browser-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: executable,
    headless: true,
    chromiumSandbox: false,
    args: flags,
  })
  // Less than the timeout of the test: this error names what was waited for.
  context.setDefaultTimeout(20_000)
  return {
    open: async (url, size = { width: 1280, height: 800 }) => {
      const page = await context.newPage()
      await page.setViewportSize(size)
      const faults = watch(context, page, new URL(url).origin)
      await page.goto(url)
      return { page, faults }
    },
    close: async () => {
      await context.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}

const ownSchemes = ['blob:', 'data:']

function watch(context: BrowserContext, page: Page, origin: string): () => readonly string[] {
  const faults: string[] = []
  // On the context, not the page: workers send requests, too.
  context.on('request', (request) => {
    const url = new URL(request.url())
    if (url.origin !== origin && !ownSchemes.includes(url.protocol))
      faults.push(`requested a different host: ${url}`)
  })
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`))
  return () => faults
}
