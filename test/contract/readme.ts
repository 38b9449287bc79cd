/** The files, the table of mistakes and the output of the walk in the README of the package. */
import { readFileSync } from 'node:fs'

export const packageReadme = readFileSync(
  new URL('../../src/contract/README.md', import.meta.url),
  'utf8',
)

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
    says,
  }))
}
