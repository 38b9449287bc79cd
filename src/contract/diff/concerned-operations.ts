/** Finds the operations that a part of a contract concerns: those that have it, or refer to it by way of others. */

import { componentsOf } from '../document/document.ts'
import { fieldShape } from '../document/document-fields.ts'
import { escapePointer } from '../document/document-parts.ts'
import type { Document } from '../document/openapi.ts'
import { type Declared, declaredOperations } from '../document/operation-names.ts'

/** Returns the operationIds for a JSON pointer, in the order of the document; none for a part of the whole contract. */
export function concernedOperations(document: Document): (pointer: string) => readonly string[] {
  const all = declaredOperations(document)
  const components = all.map((declared) => once(() => componentsNeededBy(document, declared)))
  return (changed) => {
    const [, root, folder, name] = changed.split('/')
    const concerned = all.filter((declared, at) =>
      root === 'components'
        ? components[at]?.().has(`/components/${folder}/${name}`)
        : isPartOf(declared, changed),
    )
    return concerned.map(({ id }) => id)
  }
}

/** Of an operation are its own fields, and those that all operations of its path share. */
function isPartOf({ path, pointer }: Declared, changed: string): boolean {
  const ofPath = `/paths/${escapePointer(path)}`
  if (isWithin(changed, pointer)) return true
  const [field = ''] = changed.slice(ofPath.length + 1).split('/')
  return isWithin(changed, ofPath) && fieldShape('pathItem', field) !== 'operation'
}

function isWithin(pointer: string, part: string): boolean {
  return pointer === part || pointer.startsWith(`${part}/`)
}

/** The pointers of the components that an operation needs, with its security schemes. */
function componentsNeededBy(
  document: Document,
  { path, method, operation }: Declared,
): Set<string> {
  const { parameters } = document.paths[path] ?? {}
  const reached = componentsOf(document, 'pathItem', { parameters, [method]: operation })
  const { security = document.security ?? [] } = operation
  const schemes = { securitySchemes: Object.assign({}, ...security) }
  return new Set(
    [...Object.entries(reached), ...Object.entries<object>(schemes)].flatMap(([folder, parts]) =>
      Object.keys(parts).map((name) => `/components/${folder}/${escapePointer(name)}`),
    ),
  )
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
