/** Finds the operation for a path and a method. A path without parameters takes one lookup. */
import type { Operation, OperationTable } from './operation-table.ts'
import { BadRequest } from './refusal.ts'
import type { OutgoingResponse } from './reply.ts'

export interface PathEntry {
  /** The operationIds by method in upper case, without HEAD and OPTIONS. */
  readonly methods: ReadonlyMap<string, string>
  /** The value of `Allow` (RFC 9110 §10.2.1). */
  readonly allow: string
  /** The value of `Accept-Patch` (RFC 5789 §3.1). Undefined if the path has no PATCH. */
  readonly acceptPatch: string | undefined
  /** See `Operation.errors`, of the first operation of the path. */
  readonly errors: string | undefined
}

/** Returns undefined if no path matches. A path without parameters takes precedence (OpenAPI 3.1 §4.8.8.1). */
export type FindPath = (path: string) => PathEntry | undefined

export function pathTable(operations: OperationTable): FindPath {
  const entries = new Map<string, PathEntry>()
  for (const operation of Object.values(operations)) {
    const { path } = operation
    if (!entries.has(path)) entries.set(path, entryOf(operation, operations))
  }
  const templates = [...entries]
    .filter(([path]) => path.includes('{'))
    .map(([path, entry]) => ({ pattern: patternOf(path), entry }))

  return (path) => entries.get(path) ?? templates.find(({ pattern }) => pattern.test(path))?.entry
}

function entryOf({ path, errors }: Operation, operations: OperationTable): PathEntry {
  const here = Object.entries(operations).filter(([, operation]) => operation.path === path)
  const methods = new Map(here.map(([id, { method }]) => [method.toUpperCase(), id]))
  const readers = methods.has('GET') ? ['GET', 'HEAD'] : []
  const others = [...methods.keys()].filter((method) => method !== 'GET')
  const patch = here.find(([, { method }]) => method === 'patch')?.[1]
  const acceptPatch = patch?.request.join(', ')
  return { methods, acceptPatch, allow: [...readers, ...others, 'OPTIONS'].join(', '), errors }
}

/** The response to OPTIONS. */
export function optionsOf({ allow, acceptPatch }: PathEntry): OutgoingResponse {
  const headers = { Allow: allow, ...(acceptPatch && { 'Accept-Patch': acceptPatch }) }
  return { status: 204, headers }
}

function patternOf(path: string): RegExp {
  const segments = path
    .split('/')
    .map((segment) =>
      segment.startsWith('{') ? '[^/]+' : segment.replace(/[.*+?^$()|[\]\\]/g, '\\$&'),
    )
  return new RegExp(`^${segments.join('/')}$`)
}

/** The path without the query. A trailing slash makes it a different path (OpenAPI 3.1 §4.8.8). */
export function pathOf(url: string): string {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}

/** The parameters of a path with the index of their segment. A parameter is always a whole segment (`operationTable` checks it). */
export function parametersIn(template: string): readonly (readonly [name: string, at: number])[] {
  return template
    .split('/')
    .flatMap((segment, at) =>
      segment.startsWith('{') ? [[segment.slice(1, -1), at] as const] : [],
    )
}

/** Returns a function that reads the values of the parameters. It throws a `BadRequest` if one is not percent-encoded UTF-8. */
export function pathValues(template: string): (path: string) => Record<string, string> {
  const parameters = parametersIn(template)
  return (path) => {
    const segments = path.split('/')
    return Object.fromEntries(parameters.map(([name, at]) => [name, decoded(segments[at] ?? '')]))
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    const faults = [{ in: 'path', pointer: '', detail: 'is malformed' }] as const
    throw new BadRequest('The request is invalid', { faults })
  }
}
