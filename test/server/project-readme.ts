/** What the README of a project says: its commands, what they print, and the operation that it adds. */
import { readFileSync } from 'node:fs'

const text = readFileSync(new URL('../../src/template/README.md', import.meta.url), 'utf8')

/** The commands below a heading, block by block. */
export function commandsOf(heading: string): readonly string[] {
  return [...sectionOf(heading).matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block)
}

/** What the commands below a heading print: `…` stands for any text. */
export function printedIn(heading: string): RegExp {
  const [, block = ''] = /```sh\n[\s\S]*?```\n```\w*\n([\s\S]*?)```/.exec(sectionOf(heading)) ?? []
  return new RegExp(block.trim().split('…').map(RegExp.escape).join('.*'))
}

export interface Step {
  readonly file: string
  /** The line above which the text is put. Undefined for a new file. */
  readonly above: string | undefined
  readonly text: string
}

export const steps: readonly Step[] = [
  ...text.matchAll(/<!-- walk: (?:new (\S+)|(\S+) above "(.*)") -->\n```\w+\n([\s\S]*?)```/g),
].map(([, created, changed, above, added = '']) => ({
  file: created ?? changed ?? '',
  above,
  text: added,
}))

function sectionOf(heading: string): string {
  const [, section = ''] = text.split(`\n## ${heading}\n`)
  return section.split('\n## ')[0] ?? ''
}
