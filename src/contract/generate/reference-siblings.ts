/** Moves the reference of a schema that has other keywords, too, into an `allOf`: openapi-typescript drops what is beside a `$ref`. */
import { mapSchemas, type Node } from '../document/document-parts.ts'
import type { Document } from '../document/openapi.ts'

/** Keywords that restrict no value. */
const annotations = [
  ...['title', 'description', 'default', 'deprecated', 'readOnly', 'writeOnly'],
  ...['example', 'examples', 'externalDocs', 'xml', '$comment', '$defs'],
]

export function withoutReferenceSiblings(document: Document): Document {
  return mapSchemas('document', document, plain)
}

function plain(schema: Node): Node {
  const { $ref, allOf, ...others } = schema
  if (typeof $ref !== 'string') return schema
  const restricts = (keyword: string) => !annotations.includes(keyword) && !keyword.startsWith('x-')
  if (allOf === undefined && !Object.keys(others).some(restricts)) return schema
  return { allOf: [{ $ref }, ...(Array.isArray(allOf) ? allOf : [])], ...others }
}
