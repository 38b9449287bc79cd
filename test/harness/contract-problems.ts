/** The examples of Problems in openapi.yaml, read independently of the code that serves it, and their titles by status. */
import { readFileSync } from 'node:fs'
import { STATUS_CODES } from 'node:http'
import { parse } from 'yaml'
import type { Problem } from '../../generated/api.ts'

export interface ShownProblem {
  /** The status of the response that it is an example of. */
  readonly status: number
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
    examplesOf(response).map((value) => ({ status: Number(status), value })),
  )

/** The `title` in the examples of a status; Node's reason phrase if there is no example. */
export function titleOf(status: number): string | undefined {
  return shownProblems.find((shown) => shown.status === status)?.value.title ?? STATUS_CODES[status]
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
