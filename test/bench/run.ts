/** `npm run bench`: compares the server with its alternatives in one run on one machine. `--readme` writes the results to README.md. */
import { availableParallelism, cpus } from 'node:os'
import { type BenchDatabase, makeDatabase } from './database.ts'
import { measureConcurrentLogins, measureOverload } from './measures/concurrent-logins.ts'
import { measureContractSize } from './measures/contract-size.ts'
import { measureCpuContention } from './measures/cpu-contention.ts'
import { measureFairLogins } from './measures/fair-logins.ts'
import { measureLogins } from './measures/logins.ts'
import { measureReads } from './measures/reads.ts'
import { measureStart } from './measures/start.ts'
import { measureTokens } from './measures/tokens.ts'
import { measureWorkers } from './measures/workers.ts'
import { writeReport } from './report.ts'
import type { Result } from './target.ts'

const measurements: Readonly<Record<string, (database: BenchDatabase) => Promise<Result[]>>> = {
  'a larger contract': measureContractSize,
  logins: measureLogins,
  'concurrent logins': measureConcurrentLogins,
  'overload of logins': measureOverload,
  'a flood of logins from one network': measureFairLogins,
  'refresh and introspection': measureTokens,
  'start and memory': measureStart,
  workers: measureWorkers,
  'logins on a busy machine': measureCpuContention,
}

const start = performance.now()
const database = await makeDatabase()
try {
  progress('GET /users/me')
  const { figures, missing, results } = await measureReads(database)
  const all = [...results]
  for (const [name, measure] of Object.entries(measurements)) {
    progress(name)
    all.push(...(await measure(database)))
  }
  progress('')
  await writeReport({
    machine: `Node ${process.versions.node}, ${availableParallelism()} cores, ${cpus()[0]?.model.trim()}`,
    seconds: Math.round((performance.now() - start) / 1000),
    figures,
    missing,
    results: all,
  })
} finally {
  database.remove()
}

/** Prints to a terminal only. */
function progress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`)
}
