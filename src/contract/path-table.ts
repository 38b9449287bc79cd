/** Finds the operation for a path and a method. A path without parameters costs one lookup, however many there are. */
import type { OperationTable } from './operation-table.ts'

export interface PathEntry {
  /** The operationId for each method, in upper case; HEAD is served where GET is. */
  readonly methods: ReadonlyMap<string, string>
  /** The value of `Allow` (RFC 9110 §10.2.1). */
  readonly allow: string
}

/** The entry for a path, or nothing. A path in full letters wins over one with parameters (OpenAPI 3.1 §4.8.8.1). */
export type FindPath = (path: string) => PathEntry | undefined

export function pathTable(operations: OperationTable): FindPath {
  const entries = new Map<string, PathEntry>()
  for (const path of new Set(Object.values(operations).map(({ path }) => path))) {
    entries.set(path, entryOf(path, operations))
  }
  const templates = [...entries]
    .filter(([path]) => path.includes('{'))
    .map(([path, entry]) => ({ pattern: patternOf(path), entry }))

  return (path) => entries.get(path) ?? templates.find(({ pattern }) => pattern.test(path))?.entry
}

function entryOf(path: string, operations: OperationTable): PathEntry {
  const here = Object.entries(operations).filter(([, operation]) => operation.path === path)
  const methods = new Map(here.map(([id, { method }]) => [method.toUpperCase(), id]))
  const readers = methods.has('GET') ? ['GET', 'HEAD'] : []
  const others = [...methods.keys()].filter((method) => method !== 'GET')
  return { methods, allow: [...readers, ...others, 'OPTIONS'].join(', ') }
}

function patternOf(path: string): RegExp {
  const segments = path
    .split('/')
    .map((segment) =>
      segment.startsWith('{') ? '[^/]+' : segment.replace(/[.*+?^$()|[\]\\]/g, '\\$&'),
    )
  return new RegExp(`^${segments.join('/')}$`)
}
