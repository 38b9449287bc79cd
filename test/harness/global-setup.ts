/** After the whole suite: everything that was answered is in openapi.yaml, and everything that is in it was answered. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { coverage } from './coverage.ts'
import type { Seen } from './recorder.ts'

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default function setup(project: TestProject): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-seen-'))
  const file = join(folder, 'answers')
  writeFileSync(file, '')
  process.env.TESSERA_SEEN = file

  return async function teardown() {
    const seen = readFileSync(file, 'utf8').split('\n').filter(Boolean)
    rmSync(folder, { recursive: true })
    const { undeclared, unseen, declared } = coverage(
      [...new Set(seen)].map((line): Seen => JSON.parse(line)),
    )
    const whole = await isWholeSuite(project)
    const faults = whole ? [...undeclared, ...unseen] : undeclared
    if (whole)
      process.stdout.write(
        `\nJ5  ${declared - unseen.length} of ${declared} declared answers seen\n`,
      )
    if (faults.length === 0) return
    process.stdout.write(`${faults.join('\n')}\n`)
    throw new Error('J5 the answers that were seen are not those that openapi.yaml declares')
  }
}

/** A part of the suite cannot see everything. */
async function isWholeSuite(project: TestProject): Promise<boolean> {
  const { testFiles } = await project.globTestFiles()
  const ran = project.vitest.state.getFiles().length
  return ran === testFiles.length && !project.vitest.config.testNamePattern
}
