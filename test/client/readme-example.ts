/** The programs in the README of the project and in that of the client. */
import { readFileSync } from 'node:fs'

const readmes = ['../../README.md', '../../src/client/README.md']
  .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
  .join('\n')
const blocks =
  /<!-- client: (?<file>\S+) -->\n```ts\n(?<code>[\s\S]*?)```(?:\n```\n(?<printed>[\s\S]*?)```)?/g

export interface ReadmeExample {
  readonly code: string
  /** The output that the README shows, if any. */
  readonly printed: string | undefined
}

/** The block after a comment like `client: example.ts`, for a server at `baseUrl`. */
export function readmeExample(name: string, baseUrl: string): ReadmeExample {
  const groups = [...readmes.matchAll(blocks)].map((block) => block.groups)
  const found = groups.find((group) => group?.file === name)
  if (found?.code === undefined) throw new Error(`no README has ${name}`)
  return { code: found.code.replace('http://127.0.0.1:8000', baseUrl), printed: found.printed }
}
