/** The kit finds each planted fault, and its message names the fault. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { faults } from './faults.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const vitest = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url))
const config = fileURLToPath(new URL('planted.config.ts', import.meta.url))

interface Results {
  readonly testResults: readonly { readonly assertionResults: readonly Result[] }[]
}

interface Result {
  readonly fullName: string
  readonly status: string
  readonly failureMessages: readonly string[]
}

let failed: readonly Result[]
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-kit-'))
  const file = join(folder, 'results.json')
  await promisify(execFile)(
    process.execPath,
    [vitest, 'run', '--config', config, '--outputFile', file],
    { cwd: root, maxBuffer: 2 ** 28, env: { ...process.env, NO_COLOR: '1' } },
    // It exits with 1, because tests fail.
  ).catch(() => {})
  const results: Results = JSON.parse(readFileSync(file, 'utf8'))
  rmSync(folder, { recursive: true })
  failed = results.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'failed')
})

describe('the kit names', () => {
  it.each(Object.entries(faults))('%s [K9]', (name, { red: [title, message] }) => {
    const found = failed
      .filter(({ fullName }) => fullName.startsWith(`${name}:`))
      .map(({ fullName, failureMessages }) => `${fullName}\n${failureMessages.join('\n')}`)
    const named = found.filter((each) => each.includes(title) && each.includes(message))
    expect(named.length, found.join('\n\n')).toBeGreaterThan(0)
  })
})
