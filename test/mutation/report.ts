/** What a run has come to: the mutants that live, as `survivors.md` lists them, and what each file scores. */
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { MutantResult } from '@stryker-mutator/api/core'

export interface Report {
  readonly text: string
  /** Of all mutants that a test could notice, how many one did, in percent. */
  readonly score: number
}

export function report(results: readonly MutantResult[]): Report {
  const files = [...Map.groupBy(results, ({ fileName }) => relative('', fileName))].sort()
  const lines = files.flatMap(([file, mutants]) => {
    const living = mutants.filter(isAlive)
    if (living.length === 0) return []
    const source = readFileSync(file, 'utf8')
    return ['', `## ${file}`, '', ...living.map((mutant) => `- ${described(source, mutant)}`)]
  })
  const rows = [...files, ['all', results] as const].map(([name, mutants]) => row(name, mutants))
  const head = [
    '',
    '| file | mutants | killed | live | not run | score |',
    '|---|--:|--:|--:|--:|--:|',
  ]
  return { text: `${[...lines, ...head, ...rows].join('\n')}\n`, score: scoreOf(results) }
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

/** The line, what stood there, and what the mutant put in its place. */
function described(source: string, { location, replacement, status }: MutantResult): string {
  const { start, end } = location
  const lines = source.split('\n').slice(start.line - 1, end.line)
  lines.push((lines.pop() ?? '').slice(0, end.column - 1))
  lines[0] = (lines[0] ?? '').slice(start.column - 1)
  const change = `\`${short(lines.join('\n'))}\` → \`${short(replacement)}\``
  return `line ${start.line}: ${change}${status === 'NoCoverage' ? ' (no test comes here)' : ''}`
}

function short(code: string): string {
  const line = code.replaceAll(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 40)} … ${line.slice(-17)}` : line
}
