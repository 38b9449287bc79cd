/** The results of a run: printed, written as JSON and as a chart, and with `--readme` to README.md. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { chart } from './chart.ts'
import type { Figures } from './rounds.ts'
import { isReached, type Result } from './target.ts'

export interface Report {
  readonly machine: string
  /** The duration of the run. */
  readonly seconds: number
  readonly figures: readonly Figures[]
  readonly results: readonly Result[]
  /** The contenders that could not run, and why. */
  readonly missing: readonly string[]
}

const folder = new URL('results/', import.meta.url)
const readme = new URL('README.md', import.meta.url)

export async function writeReport(report: Report): Promise<void> {
  const text = textOf(report)
  process.stdout.write(`${text}\n`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL('bench.json', folder), `${JSON.stringify(report, null, 2)}\n`)
  writeFileSync(new URL('bench.svg', folder), chart(report.figures))
  if (process.argv.includes('--readme')) writeReadme('bench', text)
}

const nameWidth = 44

function textOf({ machine, seconds, figures, results, missing }: Report): string {
  return [
    `${machine}; ${seconds} s`,
    '',
    `${'GET /users/me'.padEnd(nameWidth)}    µs CPU  requests/s    p50 ms    p99 ms`,
    ...figures.map(figureLine),
    ...missing.map((reason) => `not run: ${reason}`),
    '',
    ...results.map(resultLine),
  ].join('\n')
}

function figureLine({ name, cpu, perSecond, p50, p99 }: Figures): string {
  const numbers = [cpu.toFixed(1), perSecond.toFixed(0), p50.toFixed(2), p99.toFixed(2)]
  return `${name.padEnd(nameWidth)}${numbers.map((number) => number.padStart(10)).join('')}`
}

export function resultLine(result: Result): string {
  const { what, value, unit, atLeast, atMost } = result
  const digits = unit === '×' ? 2 : unit === 'ms' && value < 10 ? 1 : 0
  const bound = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`
  const isTarget = atLeast !== undefined || atMost !== undefined
  const verdict = isTarget ? `  ${bound} ${unit}  ${isReached(result) ? 'reached' : 'MISSED'}` : ''
  return `${what.padEnd(64)}${value.toFixed(digits).padStart(8)} ${unit.padEnd(4)}${verdict}`
}

/** Replaces the text between the two markers of that name. */
export function writeReadme(name: string, text: string): void {
  const before = readFileSync(readme, 'utf8')
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [from, to] = [before.indexOf(begin), before.indexOf(end)]
  if (from === -1 || to < from) throw new Error(`test/bench/README.md: ${begin} is missing`)
  const block = `${begin}\n\`\`\`\n${text}\n\`\`\`\n`
  writeFileSync(readme, before.slice(0, from) + block + before.slice(to))
}
