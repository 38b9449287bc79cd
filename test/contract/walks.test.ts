/** Runs the tutorials in `walks/` (Arazzo 1.0.1) against a server, with Redocly's `respect`. */
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestServer, testServer } from '../harness/test-server.ts'

const folder = fileURLToPath(new URL('walks/', import.meta.url))
const redocly = fileURLToPath(
  new URL('../../node_modules/@redocly/cli/bin/cli.js', import.meta.url),
)
const walks = readdirSync(folder)

describe('against a real server', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await testServer({ settings: { REGISTRATION: 'open', REFRESH_GRACE_SECONDS: '0' } })
  })
  afterAll(() => server.stop())

  it.each(walks)('every step succeeds: %s', async (walk) => {
    const { passed, out } = await respect(walk, server.url)
    expect(passed, out).toBe(true)
  })
})

async function respect(walk: string, url: string): Promise<{ passed: boolean; out: string }> {
  const environment = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  return promisify(execFile)(
    process.execPath,
    [redocly, 'respect', walk, '--verbose', '--server', `tessera=${url}`],
    { cwd: folder, env: { ...process.env, ...environment } },
  ).then(
    ({ stdout, stderr }) => ({ passed: true, out: stdout + stderr }),
    (error) => ({ passed: false, out: `${error.stdout}${error.stderr}` }),
  )
}
