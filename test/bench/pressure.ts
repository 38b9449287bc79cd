/**
 * `npm run bench:pressure`: what the server keeps to under pressure, in one run on one machine, with the load of the machine at each part.
 * Writes `results/pressure.json`, and with `--readme` the table in README.md. Words select parts: `npm run bench:pressure -- purge`.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { makeDatabase } from './database.ts'
import { measureWrites } from './measures/account-writes.ts'
import { maxRatio, measureAnonymous } from './measures/anonymous.ts'
import { measureFairLogins } from './measures/fair-logins.ts'
import { measureHungCommits } from './measures/hung-commits.ts'
import { measurePurge, purgedTables } from './measures/purge.ts'
import { resultLine, writeReadme } from './report.ts'
import type { Result } from './target.ts'

const here = fileURLToPath(new URL('../..', import.meta.url))

/** The bound for a request during a purge, in milliseconds. */
const maxRequestMs = 20

const parts: Readonly<Record<string, () => Promise<Result[]>>> = {
  logins: fairLogins,
  writes,
  anonymous,
  backends: measureHungCommits,
  purge,
}

const chosen = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const start = performance.now()
const results: Result[] = []
const loads: Record<string, number> = {}
for (const [name, measure] of Object.entries(parts)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  loads[name] = loadavg()[0] ?? 0
  const found = await measure()
  results.push(...found)
  print(`${name}, load ${loads[name].toFixed(1)}`, ...found.map(resultLine))
}
const seconds = Math.round((performance.now() - start) / 1000)
const machine = `Node ${process.versions.node}, ${availableParallelism()} cores, ${cpus()[0]?.model.trim()}`
print(`${machine}; ${seconds} s`)
if (chosen.length === 0) write()

function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}

function write(): void {
  const folder = new URL('results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  const report = { machine, seconds, loads, results }
  writeFileSync(new URL('pressure.json', folder), `${JSON.stringify(report, null, 2)}\n`)
  if (!process.argv.includes('--readme')) return
  const load = Object.entries(loads).map(([name, value]) => `${name} ${value.toFixed(1)}`)
  const head = [`${machine}; ${seconds} s`, `load of the machine: ${load.join(', ')}`]
  writeReadme('pressure', [...head, '', ...results.map(resultLine)].join('\n'))
}

async function fairLogins(): Promise<Result[]> {
  const database = await makeDatabase()
  try {
    const found = await measureFairLogins(database)
    return found.map((result) => ({ ...result, what: result.what.replace(/^10/, '3') }))
  } finally {
    database.remove()
  }
}

async function writes(): Promise<Result[]> {
  const found = await Array.fromAsync(measureWrites(here))
  return found.flatMap(({ attack, first, later }) => [
    { what: `5 one account, ${attack}: first 5 s`, value: first, unit: 'B/s' },
    { what: '5 … when its allowance is used up', value: later, unit: 'B/s' },
  ])
}

async function anonymous(): Promise<Result[]> {
  const all = (await Array.fromAsync(measureAnonymous())).filter(({ isBudgeted }) => !isBudgeted)
  const dearest = all.toSorted((a, b) => b.ratio - a.ratio).slice(0, 3)
  return [
    { what: '6 kinds of anonymous requests', value: all.length, unit: '' },
    ...dearest.map(({ name, ratio }) => ({
      what: `6 CPU ÷ 404: ${name}`,
      value: ratio,
      unit: '×',
      atMost: maxRatio,
    })),
  ]
}

/** The worst of the tables, beside what the machine does without a purge. */
async function purge(): Promise<Result[]> {
  const floor = await measurePurge(here, 'none')
  const found: { readonly table: string; p99: number; max: number; cpu: number }[] = []
  for (const table of purgedTables) {
    const { request, loop } = await measurePurge(here, table)
    found.push({ table, ...request, cpu: loop.cpu })
  }
  const worst = (figure: 'p99' | 'max' | 'cpu', name = `${figure} of /healthz`): Result => {
    const all = found.toSorted((a, b) => b[figure] - a[figure])
    const what = `10 ${name}, purging 100,000 rows of ${all[0]?.table}`
    return { what, value: all[0]?.[figure] ?? Number.NaN, unit: 'ms', atMost: maxRequestMs }
  }
  const floors = { ...floor.request, cpu: floor.loop.cpu }
  const without = (figure: 'p99' | 'max' | 'cpu'): Result => {
    return { what: `10 … ${figure} without a purge`, value: floors[figure], unit: 'ms' }
  }
  return [
    worst('p99'),
    without('p99'),
    worst('max'),
    without('max'),
    worst('cpu', 'CPU of a turn of the loop'),
    without('cpu'),
  ]
}
