/** Removes `nullable` from the schemas of a request: OpenAPI 3.1 does not have it, and ajv cannot compile it without a type. */
import type { Kind } from '../document/document-fields.ts'
import { mapParts, type Node } from '../document/document-parts.ts'

/** Returns a copy. */
export function withoutStrayKeywords(kind: Kind, part: object): Node {
  return mapParts(kind, { ...part }, (each, node) => {
    const { nullable: _, ...others } = node
    return each === 'schema' ? others : node
  })
}
