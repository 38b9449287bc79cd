/**
 * `npm run bench:writes`: the bytes a second by which one account makes the SQLite file grow, in each way that it can. With a folder as
 * argument, it measures the version of Tessera in that folder.
 */
import { fileURLToPath } from 'node:url'
import { measureWrites } from './measures/account-writes.ts'

const [folder = fileURLToPath(new URL('../..', import.meta.url))] = process.argv.slice(2)

process.stdout.write('bytes a second                first 5 s  later, 5 s\n')
for await (const { attack, first, later } of measureWrites(folder)) {
  const columns = [first, later].map((value) => String(Math.round(value)).padStart(12))
  process.stdout.write(`${attack.padEnd(28)}${columns.join('')}\n`)
}
