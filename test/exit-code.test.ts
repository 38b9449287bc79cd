/** The exit status of `npm test`. */
import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

it.each([0, 1])('a suite with PostgreSQL keeps its exit status %d', (code) => {
  const suite = new URL('harness/postgres-setup.ts', import.meta.url)
  const script = `await import('${suite}'); process.exitCode = ${code}`
  const { status } = spawnSync(process.execPath, ['--input-type=module', '--eval', script])
  expect(status).toBe(code)
})
