/** The report of a run: surviving mutants that `survivors.md` does not explain, and the score of each file. */
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { MutantResult } from '@stryker-mutator/api/core'
import { explained } from './survivors.ts'

export interface Report {
  /** One line for each unexplained survivor, and for each listed mutant that does not survive. */
  readonly differences: readonly string[]
  /** One row for each file, and one for all files. */
  readonly table: string
  /** The percentage of mutants killed, of those that were run. */
  readonly score: number
}

export function report(results: readonly MutantResult[]): Report {
  const files = [...Map.groupBy(results, ({ fileName }) => relative('', fileName))].sort()
  const reasons = explained()
  const differences = files.flatMap(([file, mutants]) =>
    differencesOf(file, mutants.filter(isAlive), reasons.get(file) ?? []),
  )
  const rows = [...files, ['all', results] as const].map(([name, mutants]) => row(name, mutants))
  const head = [
    '| file | mutants | killed | survived | not run | score |',
    '|---|--:|--:|--:|--:|--:|',
  ]
  return { differences, table: [...head, ...rows].join('\n'), score: scoreOf(results) }
}

function differencesOf(
  file: string,
  living: readonly MutantResult[],
  listed: readonly string[],
): string[] {
  const source = readFileSync(file, 'utf8')
  const left = [...listed]
  const unexplained = living.flatMap((mutant) => {
    const change = changeOf(source, mutant)
    const at = left.indexOf(change)
    if (at >= 0) left.splice(at, 1)
    const { start } = mutant.location
    return at < 0 ? [`${file}:${start.line} survives without a reason: ${change}`] : []
  })
  return [
    ...unexplained,
    ...left.map((change) => `${file} lists a mutant that does not survive: ${change}`),
  ]
}

function row(name: string, mutants: readonly MutantResult[]): string {
  const killed = mutants.filter(isKilled).length
  const living = mutants.filter(isAlive).length
  const cells = [mutants.length, killed, living, mutants.length - killed - living]
  return `| ${name} | ${cells.join(' | ')} | ${scoreOf(mutants).toFixed(1)} % |`
}

function scoreOf(mutants: readonly MutantResult[]): number {
  const killed = mutants.filter(isKilled).length
  return (100 * killed) / (killed + mutants.filter(isAlive).length || 1)
}

function isKilled({ status }: MutantResult): boolean {
  return status === 'Killed' || status === 'Timeout'
}

function isAlive({ status }: MutantResult): boolean {
  return status === 'Survived' || status === 'NoCoverage'
}

/** The original code and the code of the mutant. */
function changeOf(source: string, { location, replacement }: MutantResult): string {
  const { start, end } = location
  const lines = source.split('\n').slice(start.line - 1, end.line)
  lines.push((lines.pop() ?? '').slice(0, end.column - 1))
  lines[0] = (lines[0] ?? '').slice(start.column - 1)
  const pair = [lines.join('\n'), replacement].map(short)
  const quote = pair.some((code) => code.includes('`')) ? '``' : '`'
  return pair.map((code) => spaced(quote, code)).join(' → ')
}

/** As code of Markdown. */
function spaced(quote: string, code: string): string {
  return quote === '`' ? `\`${code}\`` : `${quote} ${code} ${quote}`
}

function short(code: string): string {
  const line = code.replaceAll(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 40)} … ${line.slice(-17)}` : line
}
