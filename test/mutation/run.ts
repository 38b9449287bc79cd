/**
 * `npm run mutation`: Stryker changes the code in thousands of ways, one at a time, and a test has to notice each (a mutant is killed).
 * Those that nobody notices are listed in `survivors.md`, each with its reason; where another one lives, or one of those does not,
 * it is printed. `-- --mutate FILE` runs those of one file; all of them write the figures. What has not changed since the last time is
 * not run again, but for `-- --force`. Ends with 1 where something is printed of a mutant, or the score is under 85 %.
 */
import { globSync } from 'node:fs'
import { matchesGlob, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { MutantResult } from '@stryker-mutator/api/core'
import { Stryker } from '@stryker-mutator/core'
import { leftOut, parts } from './parts.ts'
import { report } from './report.ts'
import { writeFigures } from './survivors.ts'

/** In percent, of what was run. */
const leastScore = 85

const configFile = 'test/mutation/stryker.config.json'
const rooms = [
  'src/{contract,accounts,oauth,passwords,throttling,keys,audit}/**/*.ts',
  'src/operations/tokens/*.ts',
]

const { values } = parseArgs({
  options: {
    mutate: { type: 'string', multiple: true, default: [] },
    force: { type: 'boolean', default: false },
  },
})

const isWhole = values.mutate.length === 0
const mutated = Object.values(parts).flatMap(({ mutate }) => globSync(mutate))
const forgotten = globSync(rooms).filter((file) => ![...mutated, ...leftOut].includes(file))
if (forgotten.length > 0) throw new Error(`in no part of parts.ts: ${forgotten.join(', ')}`)

// Every server starts hashing threads, which load in half the time what has been compiled before.
process.env.NODE_COMPILE_CACHE ??= resolve('node_modules/.cache/compiled')

const results: MutantResult[] = []
for (const [name, { mutate, tests }] of Object.entries(parts)) {
  const files = globSync(mutate)
    .filter((file) => !leftOut.includes(file))
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
  // What is remembered of the other files of this part is among them.
  results.push(...all.filter(({ fileName }) => files.includes(relative('', fileName))))
}

const { differences, table, score } = report(results)
process.stdout.write(`${[...differences, '', table].join('\n')}\n`)
if (isWhole) writeFigures(table)
if (differences.length > 0 || score < leastScore) process.exitCode = 1
