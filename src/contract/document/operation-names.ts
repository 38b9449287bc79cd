/** Names the operations of a contract that have no operationId. */
import { pathsOf } from './document.ts'
import { type Document, type Method, methods, type PathItem } from './openapi.ts'

/** The document with an operationId for every operation. */
export function withOperationIds(document: Document): Document {
  const named = pathsOf(document).map(([path, item]) => [path, withIds(path, item)])
  return { ...document, paths: { ...document.paths, ...Object.fromEntries(named) } }
}

function withIds(path: string, item: PathItem): PathItem {
  const unnamed = methods.filter((method) => item[method] && !item[method].operationId)
  const named = unnamed.map((method) => [
    method,
    { ...item[method], operationId: operationIdOf(method, path) },
  ])
  return { ...item, ...Object.fromEntries(named) }
}

/** `get /books/{book_id}/pages` is `getBooksByBookIdPages`. */
export function operationIdOf(method: Method, path: string): string {
  const words = path.replaceAll('{', '/by-').split(/[^A-Za-z0-9]+/)
  return method + words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('')
}
