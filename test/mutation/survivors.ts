/** Reads and writes `survivors.md`: the surviving mutants, each with the reason, and the figures of the last complete run. */
import { readFileSync, writeFileSync } from 'node:fs'

const document = new URL('survivors.md', import.meta.url)

/** The listed changes by file. */
export function explained(): Map<string, readonly string[]> {
  const [, ...sections] = readFileSync(document, 'utf8').split(/^## /m)
  return new Map(
    sections.map((section) => {
      const [file = '', ...lines] = section.split('\n')
      return [file, lines.flatMap((line) => (line.startsWith('- ') ? [line.slice(2)] : []))]
    }),
  )
}

/** Replaces the table of the last complete run. */
export function writeFigures(table: string): void {
  const text = readFileSync(document, 'utf8')
  const figures = /^\| file \|.*?\n(?!\|)/ms
  if (!figures.test(text)) throw new Error('survivors.md has no table')
  writeFileSync(
    document,
    text.replace(figures, () => `${table}\n`),
  )
}
