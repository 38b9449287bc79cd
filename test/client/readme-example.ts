/** The programs of the client's README, as a reader copies them. */
import { readFileSync } from 'node:fs'

const readme = readFileSync(new URL('../../src/client/README.md', import.meta.url), 'utf8')
const blocks =
  /<!-- client: (?<file>\S+) -->\n```ts\n(?<code>[\s\S]*?)```(?:\n```\n(?<printed>[\s\S]*?)```)?/g

export interface ReadmeExample {
  readonly code: string
  /** What the README says that it prints, where it says so. */
  readonly printed: string | undefined
}

/** That which follows a comment like `client: example.ts`, for a server at `baseUrl`. */
export function readmeExample(name: string, baseUrl: string): ReadmeExample {
  const groups = [...readme.matchAll(blocks)].map((block) => block.groups)
  const found = groups.find((group) => group?.file === name)
  if (found?.code === undefined) throw new Error(`src/client/README.md has no ${name}`)
  return { code: found.code.replace('http://127.0.0.1:8000', baseUrl), printed: found.printed }
}
