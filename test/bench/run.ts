/** `npm run bench`: the server beside what people would use instead, on this machine, in one run. With --readme it goes into the README. */
import { availableParallelism, cpus } from 'node:os'
import { type BenchDatabase, makeDatabase } from './database.ts'
import { measureGrowth } from './measures/growth.ts'
import { measureLogins } from './measures/logins.ts'
import { measureReads } from './measures/reads.ts'
import { measureStart } from './measures/start.ts'
import { measureStarved } from './measures/starved.ts'
import { measureOverload, measureStorm } from './measures/storm.ts'
import { measureTokens } from './measures/tokens.ts'
import { measureWorkers } from './measures/workers.ts'
import { writeReport } from './report.ts'
import type { Result } from './target.ts'

const others: Readonly<Record<string, (database: BenchDatabase) => Promise<Result[]>>> = {
  'the contract grown': measureGrowth,
  logins: measureLogins,
  'a storm of logins': measureStorm,
  'more logins than there is time for': measureOverload,
  'refresh and introspection': measureTokens,
  'start and memory': measureStart,
  workers: measureWorkers,
  'logins on a busy machine': measureStarved,
}

const begun = performance.now()
const database = await makeDatabase()
try {
  progress('GET /users/me')
  const { figures, missing, results } = await measureReads(database)
  const all = [...results]
  for (const [name, measure] of Object.entries(others)) {
    progress(name)
    all.push(...(await measure(database)))
  }
  progress('')
  await writeReport({
    machine: `Node ${process.versions.node}, ${availableParallelism()} cores, ${cpus()[0]?.model.trim()}`,
    seconds: Math.round((performance.now() - begun) / 1000),
    figures,
    missing,
    results: all,
  })
} finally {
  database.remove()
}

/** On a terminal only. */
function progress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`)
}
