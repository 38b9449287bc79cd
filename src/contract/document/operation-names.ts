/** Lists the operations of a contract, and names those that have no operationId. */
import { pathsOf } from './document.ts'
import { escapePointer } from './document-parts.ts'
import { type Document, type Method, methods, type OperationObject } from './openapi.ts'

/** An operation, and where it is. */
export interface Declared {
  readonly id: string
  readonly path: string
  readonly method: Method
  readonly operation: OperationObject
  readonly pointer: string
}

export function declaredOperations(document: Document): Declared[] {
  return pathsOf(document).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const { [method]: operation } = item
      if (!operation) return []
      const { operationId: id = operationIdOf(method, path) } = operation
      return { id, path, method, operation, pointer: `/paths/${escapePointer(path)}/${method}` }
    }),
  )
}

/** The document with an operationId for every operation. */
export function withOperationIds(document: Document): Document {
  const paths = { ...document.paths }
  for (const { id, path, method, operation } of declaredOperations(document))
    paths[path] = { ...paths[path], [method]: { ...operation, operationId: id } }
  return { ...document, paths }
}

/** `get /books/{book_id}/pages` is `getBooksByBookIdPages`. */
export function operationIdOf(method: Method, path: string): string {
  const words = path.replaceAll('{', '/by-').split(/[^A-Za-z0-9]+/)
  return method + words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('')
}
