/** Every Problem that openapi.yaml shows as an example, read from the text itself, and what it calls each status. */
import { readFileSync } from 'node:fs'
import { STATUS_CODES } from 'node:http'
import { parse } from 'yaml'
import type { Problem } from '../../generated/api.ts'

export interface ShownProblem {
  /** The status of the answer that it is an example of. */
  readonly answer: number
  readonly value: Problem
}

interface Operation {
  readonly responses: Readonly<Record<string, unknown>>
}

const document = parse(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8'))

export const shownProblems: readonly ShownProblem[] = Object.values<Record<string, Operation>>(
  document.paths,
)
  .flatMap((path) => Object.values(path))
  .flatMap(({ responses }) => Object.entries(responses))
  .flatMap(([status, response]) =>
    examplesOf(response).map((value) => ({ answer: Number(status), value })),
  )

/** The `title` that openapi.yaml shows for a status; of one that it shows no Problem for, Node's. */
export function titleOf(status: number): string | undefined {
  return shownProblems.find(({ answer }) => answer === status)?.value.title ?? STATUS_CODES[status]
}

function examplesOf(response: unknown): Problem[] {
  const examples = resolved(response).content?.['application/problem+json']?.examples ?? {}
  return Object.values(examples).map((example) => resolved(example).value)
}

// biome-ignore lint/suspicious/noExplicitAny: a node of a YAML document
function resolved(node: any): any {
  if (!('$ref' in node)) return node
  const names: string[] = node.$ref.slice(2).split('/')
  return resolved(names.reduce((parent, name) => parent[name], document))
}
