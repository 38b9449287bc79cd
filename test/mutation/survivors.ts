/** `survivors.md`: the mutants that live, each with the reason why, and the figures of the last whole run. */
import { readFileSync, writeFileSync } from 'node:fs'

const document = new URL('survivors.md', import.meta.url)

/** What each file's section lists: a change as often as it stands there. */
export function explained(): Map<string, readonly string[]> {
  const [, ...sections] = readFileSync(document, 'utf8').split(/^## /m)
  return new Map(
    sections.map((section) => {
      const [file = '', ...lines] = section.split('\n')
      return [file, lines.flatMap((line) => (line.startsWith('- ') ? [line.slice(2)] : []))]
    }),
  )
}

/** Replaces the table of the last whole run. */
export function writeFigures(table: string): void {
  const text = readFileSync(document, 'utf8')
  const figures = /^\| file \|.*?\n(?!\|)/ms
  if (!figures.test(text)) throw new Error('survivors.md has no table')
  writeFileSync(
    document,
    text.replace(figures, () => `${table}\n`),
  )
}
