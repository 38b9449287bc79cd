/**
 * `npm run mutation`: Stryker makes thousands of changes of the code, one at a time; a test must fail for each ("kill the mutant").
 * `survivors.md` lists the survivors, each with the reason. The run prints survivors that are not listed, and listed mutants that do
 * not survive. `-- --mutate FILE` runs the mutants of one file; a complete run writes the figures. Unchanged mutants are not run
 * again, except with `-- --force`. Exits with 1 if it prints a mutant or the score is below 85 %.
 */
import { globSync } from 'node:fs'
import { matchesGlob, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { MutantResult } from '@stryker-mutator/api/core'
import { Stryker } from '@stryker-mutator/core'
import { excluded, parts } from './parts.ts'
import { report } from './report.ts'
import { writeFigures } from './survivors.ts'

/** In percent of the mutants that were run. */
const minScore = 85

const configFile = 'test/mutation/stryker.config.json'
const { values } = parseArgs({
  options: {
    mutate: { type: 'string', multiple: true, default: [] },
    force: { type: 'boolean', default: false },
  },
})

const isWhole = values.mutate.length === 0
// The compile cache halves the time in which a server starts its hashing threads.
process.env.NODE_COMPILE_CACHE ??= resolve('node_modules/.cache/compiled')

const results: MutantResult[] = []
for (const [name, { mutate, tests }] of Object.entries(parts)) {
  const files = globSync(mutate)
    .filter((file) => !excluded.includes(file))
    .filter((file) => isWhole || values.mutate.some((pattern) => matchesGlob(file, pattern)))
  if (files.length === 0) continue
  if (process.stderr.isTTY) process.stderr.write(`${name}\n`)
  const stryker = new Stryker({
    configFile,
    mutate: files,
    testFiles: globSync(tests),
    incrementalFile: `node_modules/.cache/mutation/${name}.json`,
    force: values.force,
    reporters: process.stdout.isTTY ? ['progress'] : [],
  })
  const all = await stryker.runMutationTest()
  // The results contain cached ones of the other files of this part.
  results.push(...all.filter(({ fileName }) => files.includes(relative('', fileName))))
}

const { differences, table, score } = report(results)
process.stdout.write(`${[...differences, '', table].join('\n')}\n`)
if (isWhole) writeFigures(table)
if (differences.length > 0 || score < minScore) process.exitCode = 1
