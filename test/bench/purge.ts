/**
 * `node test/bench/purge.ts [FOLDER…]`: what requests notice of a purge, table by table, in this checkout and in those of the folders.
 * Each checkout deletes from its own database.
 */
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { measurePurge, purgedTables } from './measures/purge.ts'

const folders = process.argv.slice(2).map((folder) => resolve(folder))
const here = fileURLToPath(new URL('../..', import.meta.url))
process.stdout.write(
  `${'checkout, table'.padEnd(60)} purge s   /healthz ms p50    p99    max   loop ms p50    p99    max    CPU\n`,
)
for (const table of ['none', ...purgedTables])
  for (const checkout of [...folders, here]) {
    const { request, loop } = await measurePurge(checkout, table)
    const values = [
      loop.seconds,
      request.p50,
      request.p99,
      request.max,
      loop.p50,
      loop.p99,
      loop.max,
      loop.cpu,
    ]
    const cells = values.map((value) => value.toFixed(1).padStart(7))
    process.stdout.write(`${`${checkout}, ${table}`.slice(-60).padEnd(60)} ${cells.join(' ')}\n`)
  }
