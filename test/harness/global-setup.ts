/**
 * Checks after the suite: every response that was seen is declared in openapi.yaml, every declared response was seen, and no log
 * contains a password, a token or a secret that was used.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { coverage } from './coverage.ts'
import { postgresMissing } from './postgres-binaries.ts'
import type { Secrecy } from './secrecy.ts'
import type { SeenResponse } from './seen-responses.ts'
import { runFolder } from './volatile-folder.ts'

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = runFolder()
  const responses = join(folder, 'responses')
  const secrecies = join(folder, 'secrecy')
  for (const file of [responses, secrecies]) writeFileSync(file, '')
  process.env.TESSERA_SEEN = responses
  process.env.TESSERA_SECRECY = secrecies
  if (postgresMissing) print(`skipped: all tests on PostgreSQL: ${postgresMissing}`)

  return async function teardown() {
    const seen = linesOf(responses)
    const found = linesOf(secrecies)
    const whole = await isWholeSuite(project)
    const faults = [
      ...responseFaults(
        [...new Set(seen)].map((line): SeenResponse => JSON.parse(line)),
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

/** Prints each fault; returns a summary. */
function responseFaults(seen: readonly SeenResponse[], whole: boolean): string[] {
  const { undeclared, unseen, declared } = coverage(seen)
  const faults = whole ? [...undeclared, ...unseen] : undeclared
  if (whole) print(`\nJ5  ${declared - unseen.length} of ${declared} declared responses seen`)
  if (faults.length === 0) return []
  print(...faults)
  return ['the responses seen and those that openapi.yaml declares differ [J5]']
}

function leaks(found: readonly Secrecy[], whole: boolean): string[] {
  const sum = (of: (each: Secrecy) => number) => found.reduce((sum, each) => sum + of(each), 0)
  const lines = found.flatMap(({ leaks }) => leaks)
  if (whole) {
    const [secrets, logged] = [sum(({ secrets }) => secrets), sum(({ lines }) => lines)]
    print(`J3  searched ${logged} lines of the log for ${secrets} secrets, found ${lines.length}`)
  }
  if (lines.length === 0) return []
  print(...lines)
  return ['a log contains a password, a token or a secret [J3]']
}

function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** A part of the suite does not see every response. */
async function isWholeSuite(project: TestProject): Promise<boolean> {
  const { vitest } = project
  if (vitest.projects.some(({ name }) => name === 'world')) return false
  const { project: chosen, testNamePattern } = vitest.config
  if (chosen.length > 0 || testNamePattern) return false
  const all = await vitest.globTestSpecifications()
  return vitest.state.getFiles().length === all.length
}
