/** The programs in the client's README. */
import { readFileSync } from 'node:fs'

const readme = readFileSync(new URL('../../src/client/README.md', import.meta.url), 'utf8')
const blocks =
  /<!-- client: (?<file>\S+) -->\n```ts\n(?<code>[\s\S]*?)```(?:\n```\n(?<printed>[\s\S]*?)```)?/g

export interface ReadmeExample {
  readonly code: string
  /** The output that the README shows, if any. */
  readonly printed: string | undefined
}

/** The block after a comment like `client: example.ts`, for a server at `baseUrl`. */
export function readmeExample(name: string, baseUrl: string): ReadmeExample {
  const groups = [...readme.matchAll(blocks)].map((block) => block.groups)
  const found = groups.find((group) => group?.file === name)
  if (found?.code === undefined) throw new Error(`src/client/README.md has no ${name}`)
  return { code: found.code.replace('http://127.0.0.1:8000', baseUrl), printed: found.printed }
}
