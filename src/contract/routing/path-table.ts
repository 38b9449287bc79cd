/** Finds the operation for a path and a method. A path without parameters takes one lookup. */
import type { Operation, OperationTable } from '../document/operation-table.ts'
import { normalized, unnamed } from '../document/path-template.ts'
import type { OutgoingResponse } from '../reply/reply.ts'
import { pathTree } from './path-tree.ts'

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

/** The entry of a path as `pathOf` returns it, if one matches. A path without parameters takes precedence (OpenAPI 3.1 §4.8.8.1). */
export function pathTable(operations: OperationTable): (path: string) => PathEntry | undefined {
  const byPath = Map.groupBy(Object.entries(operations), ([, { path }]) =>
    unnamed(normalized(path)),
  )
  const entries = new Map(
    [...byPath.values()].map((here) => [normalized(here[0]?.[1].path ?? ''), entryOf(here)]),
  )
  const templates = pathTree<PathEntry>()
  for (const [path, entry] of entries) templates.add(path, entry)
  return (path) => entries.get(path) ?? templates.find(path)
}

/** @param here the operations of one path, by operationId */
function entryOf(here: readonly (readonly [id: string, operation: Operation])[]): PathEntry {
  const methods = new Map(here.map(([id, { method }]) => [method.toUpperCase(), id]))
  const readers = methods.has('GET') ? ['GET', 'HEAD'] : []
  const others = [...methods.keys()].filter((method) => method !== 'GET')
  const patch = here.find(([, { method }]) => method === 'patch')?.[1]
  return {
    methods,
    acceptPatch: patch?.request.join(', '),
    allow: [...readers, ...others, 'OPTIONS'].join(', '),
    errors: here[0]?.[1].errors,
  }
}

/** The response to OPTIONS. */
export function optionsOf({ allow, acceptPatch }: PathEntry): OutgoingResponse {
  const headers = { Allow: allow, ...(acceptPatch && { 'Accept-Patch': acceptPatch }) }
  return { status: 204, headers }
}
