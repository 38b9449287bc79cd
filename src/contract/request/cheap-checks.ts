/** Rewrites schemas so that a text that is too long is rejected before its content is looked at. */
import type { Kind } from '../document/document-fields.ts'
import { mapSchemas, type Node } from '../document/document-parts.ts'

/** A copy of a part that accepts and rejects the same values. With a pattern, a text of megabytes could take seconds. */
export function cheapChecksFirst<Part extends object>(kind: Kind, part: Part): Part {
  return mapSchemas(kind, part, guarded)
}

function guarded(schema: Node): Node {
  const { maxLength, pattern, format, ...others } = schema
  const isCostly = typeof pattern === 'string' || typeof format === 'string'
  if (typeof maxLength !== 'number' || !isCostly) return schema
  const costly = {
    ...(pattern !== undefined && { pattern }),
    ...(format !== undefined && { format }),
  }
  const { allOf = [] } = others
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  const check = { if: { maxLength }, then: costly }
  return { ...others, maxLength, allOf: [...(Array.isArray(allOf) ? allOf : []), check] }
}
