/** What the server accepts, the patterns of the contract accept in the languages of its clients. Needs php, ruby, go and Python. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contractPatterns } from '../harness/contract-patterns.ts'
import { run, succeeds } from './run-client.ts'

let folder: string
let asked: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'patterns-'))
  asked = join(folder, 'patterns.json')
  writeFileSync(asked, JSON.stringify(contractPatterns))
})
afterAll(() => rmSync(folder, { recursive: true }))

const program = (name: string) => fileURLToPath(new URL(`patterns/${name}`, import.meta.url))

const dialects = [
  ['PCRE', 'php', [program('match.php')], ['--version']],
  ['Ruby', 'ruby', [program('match.rb')], ['--version']],
  ['RE2', 'go', ['run', program('match.go')], ['version']],
  ['Python', process.env.TESSERA_PYTHON ?? 'python3', [program('match.py')], ['--version']],
] as const

describe('the patterns of the contract', async () => {
  for (const [dialect, file, args, version] of dialects) {
    const installed = await succeeds({ file, args: version })
    const missing = installed ? '' : ` (skipped: there is no ${file})`
    it.skipIf(!installed)(
      `accept in ${dialect} what the server accepts${missing} [J10]`,
      async () => {
        expect(JSON.parse(await run({ file, args: [...args, asked] }))).toEqual([])
      },
      // Includes compiling.
      300_000,
    )
  }
})
