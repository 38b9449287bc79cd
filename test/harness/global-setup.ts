/**
 * After the suite: everything that was answered is in openapi.yaml, everything that is in it was answered,
 * and no log has a password, a token or a secret in it that anybody used.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import type { Seen } from './answers-seen.ts'
import { coverage } from './coverage.ts'
import { noPostgres } from './postgres-binaries.ts'
import type { Secrecy } from './secrecy.ts'
import { runFolder } from './volatile-folder.ts'

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = runFolder()
  const answers = join(folder, 'answers')
  const secrecies = join(folder, 'secrecy')
  for (const file of [answers, secrecies]) writeFileSync(file, '')
  process.env.TESSERA_SEEN = answers
  process.env.TESSERA_SECRECY = secrecies
  if (noPostgres) print(`skipped: all tests on PostgreSQL: ${noPostgres}`)

  return async function teardown() {
    const seen = linesOf(answers)
    const found = linesOf(secrecies)
    const whole = await isWholeSuite(project)
    const faults = [
      ...answerFaults(
        [...new Set(seen)].map((line): Seen => JSON.parse(line)),
        whole,
      ),
      ...leaks(
        found.map((line): Secrecy => JSON.parse(line)),
        whole,
      ),
    ]
    if (faults.length > 0) throw new Error(faults.join('; '))
  }
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').filter(Boolean)
}

/** What is wrong is printed line by line, and named in one. */
function answerFaults(seen: readonly Seen[], whole: boolean): string[] {
  const { undeclared, unseen, declared } = coverage(seen)
  const faults = whole ? [...undeclared, ...unseen] : undeclared
  if (whole) print(`\nJ5  ${declared - unseen.length} of ${declared} declared answers seen`)
  if (faults.length === 0) return []
  print(...faults)
  return ['the answers that were seen are not those that openapi.yaml declares [J5]']
}

function leaks(found: readonly Secrecy[], whole: boolean): string[] {
  const sum = (of: (each: Secrecy) => number) => found.reduce((sum, each) => sum + of(each), 0)
  const lines = found.flatMap(({ leaks }) => leaks)
  if (whole) {
    const [secrets, logged] = [sum(({ secrets }) => secrets), sum(({ lines }) => lines)]
    print(`J3  ${secrets} secrets looked for in ${logged} lines of the log, ${lines.length} found`)
  }
  if (lines.length === 0) return []
  print(...lines)
  return ['a log has a password, a token or a secret in it [J3]']
}

function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** A part of the suite cannot see everything. */
async function isWholeSuite(project: TestProject): Promise<boolean> {
  const { vitest } = project
  const { project: chosen, testNamePattern } = vitest.config
  if (chosen.length > 0 || testNamePattern) return false
  const all = await vitest.globTestSpecifications()
  return vitest.state.getFiles().length === all.length
}
