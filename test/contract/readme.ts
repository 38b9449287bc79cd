/** The files, the table of mistakes and the output of the walk in the README of the package. */
import { readFileSync } from 'node:fs'

const textOf = (file: string) =>
  readFileSync(new URL(`../../src/contract/${file}`, import.meta.url), 'utf8')
const packageReadme = textOf('README.md')
const apiPage = textOf('API.md')

/** The texts of the files that the README shows, by name. */
export function readmeFiles(): ReadonlyMap<string, string> {
  const blocks = packageReadme.matchAll(/<!-- file: (\S+) -->\n```\w+\n([\s\S]*?)```/g)
  return new Map([...blocks].map(([, name = '', text = '']) => [name, text]))
}

/** The commands of the blocks of `sh`. */
export function readmeCommands(): readonly string[] {
  const blocks = packageReadme.matchAll(/```sh\n([\s\S]*?)```/g)
  return [...blocks].flatMap(([, text = '']) => text.trim().split('\n'))
}

/** The lines that the commands of `curl` print. */
export function readmeOutput(): readonly string[] {
  const [, text = ''] = /<!-- printed -->\n```\n([\s\S]*?)```/.exec(packageReadme) ?? []
  return text.trim().split('\n')
}

export interface ReadmeMistake {
  readonly mistake: string
  readonly old: string
  readonly wrong: string
  readonly says: string
}

/** The rows of the table of mistakes. */
export function readmeMistakes(): readonly ReadmeMistake[] {
  const rows = packageReadme.matchAll(/^\| (.+) \| `(.+)` → `(.+)` \| `(.+)` \|$/gm)
  return [...rows].map(([, mistake = '', old = '', wrong = '', says = '']) => ({
    mistake,
    old,
    wrong,
    // The lines of a message are quoted one by one.
    says: says.replaceAll('` `', '.\n  '),
  }))
}

/** The other programs of the README and of the API page. */
export function examples(): readonly string[] {
  const inReadme = packageReadme.matchAll(/<!-- example -->\n```ts\n([\s\S]*?)```/g)
  const inPage = apiPage.matchAll(/```ts\n([\s\S]*?)```/g)
  return [...inReadme, ...inPage].map(([, text = '']) => text)
}

/** The names that the API page explains. */
export function explained(): readonly string[] {
  return [...apiPage.matchAll(/\*\*`(\w+)[^`]*`\*\*/g)].map(([, name = '']) => name)
}

export interface Exported {
  readonly name: string
  readonly isType: boolean
}

/** What the doors of the package export. */
export function exported(): readonly Exported[] {
  return ['index.ts', 'generate.ts', 'vitest.ts', 'command.ts'].map(textOf).flatMap((text) => {
    const lists = [...text.matchAll(/^export (type )?\{([^}]*)\}/gm)].flatMap(
      ([, type, list = '']) =>
        list
          .split(',')
          .map((each) => each.trim())
          .filter(Boolean)
          .map((each) => ({
            name: each.replace('type ', ''),
            isType: type !== undefined || each.startsWith('type '),
          })),
    )
    const own = [...text.matchAll(/^export (?:async )?(interface|type|function|const) (\w+)/gm)]
    return [
      ...lists,
      ...own.map(([, kind = '', name = '']) => ({ name, isType: /interface|type/.test(kind) })),
    ]
  })
}
