/** The steps and the programs of the README and of the API page of the package of the server. */
import { readFileSync } from 'node:fs'

const textOf = (file: string) => readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8')
export const readme = textOf('README.md')
const apiPage = textOf('API.md')

export interface Step {
  readonly file: string
  /** The beginning of a line, above which the text is put, or which it replaces. Undefined for a new file. */
  readonly line: string | undefined
  readonly replaces: boolean
  readonly text: string
}

/** In the order in which they are to be taken. */
export const steps: readonly Step[] = [
  ...`${readme}${apiPage}`.matchAll(
    /<!-- walk: (?:new (\S+)|(\S+) (above|instead of) "(.*)") -->\n```\w+\n([\s\S]*?)```/g,
  ),
].map(([, created, changed, where, line, text = '']) => ({
  file: created ?? changed ?? '',
  line,
  replaces: where === 'instead of',
  text,
}))

/** The text of a file after a step. Throws unless exactly one line begins as the step says. */
export function afterStep(before: string, { file, line = '', replaces, text }: Step): string {
  const lines = before.split('\n')
  const at = lines.findIndex((each) => each.startsWith(line))
  if (at < 0 || at !== lines.findLastIndex((each) => each.startsWith(line)))
    throw new Error(`${file} must have one line that begins with ${line}`)
  return lines.toSpliced(at, replaces ? 1 : 0, text.replace(/\n$/, '')).join('\n')
}

/** What the README shows of the files of a new project. */
export const shown: readonly (readonly [file: string, text: string])[] = [
  ...readme.matchAll(/<!-- shown: (\S+) -->\n```\w+\n([\s\S]*?)```/g),
].map(([, file = '', text = '']) => [file, text])

/** The programs of the API page that are no steps. */
export const examples: readonly string[] = [
  ...apiPage.matchAll(/(?<!-->\n)```ts\n([\s\S]*?)```/g),
].map(([, text = '']) => text)

/** The names that the API page explains. */
export const explained: readonly string[] = [...apiPage.matchAll(/\*\*`(\w+)[^`]*`\*\*/g)].map(
  ([, name = '']) => name,
)

/** The names that the doors of the package export. */
export const exported: readonly string[] = ['index.ts', 'testing.ts'].flatMap((file) => {
  const text = textOf(file)
  const listed = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)]
    .flatMap(([, list = '']) => list.split(','))
    .map((name) => name.replace(/^.* as |type /g, '').trim())
  const declared = [...text.matchAll(/^export (?:async )?(?:function|interface) (\w+)/gm)]
  return [...listed.filter(Boolean), ...declared.map(([, name = '']) => name)]
})
