/** What `npm test` ends with: whoever runs it without reading what it prints asks for nothing else. */
import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

it.each([0, 1])('a suite that ends with %d does so where it has a PostgreSQL too', (code) => {
  const suite = new URL('harness/postgres-setup.ts', import.meta.url)
  const script = `await import('${suite}'); process.exitCode = ${code}`
  const { status } = spawnSync(process.execPath, ['--input-type=module', '--eval', script])
  expect(status).toBe(code)
})
