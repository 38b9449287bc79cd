/** Turns a document of OpenAPI 3.0 into one of 3.1, whose schemas are JSON Schema 2020-12: the rest of this layer knows only 3.1. */
import { mapSchemas, type Node } from './document-parts.ts'
import type { Document } from './openapi.ts'

/** Returns a document of another version as it is. */
export function upgraded(document: Document): Document {
  if (!/^3\.0\b/.test(document.openapi)) return document
  return { ...mapSchemas('document', document, upgradedSchema), openapi: '3.1.0' }
}

/** Documents of 3.1 often still have the `nullable` of 3.0. */
export function withoutNullable(document: Document): Document {
  return mapSchemas('document', document, withNull)
}

function upgradedSchema(schema: Node): Node {
  const limited = withLimit(withoutSiblings(schema), 'minimum', 'exclusiveMinimum')
  return withNull(withLimit(limited, 'maximum', 'exclusiveMaximum'))
}

/** What was beside a `$ref` was ignored (OpenAPI 3.0 §4.7.23), but `nullable` is meant wherever it is written. */
function withoutSiblings(schema: Node): Node {
  const { $ref, nullable } = schema
  if (typeof $ref !== 'string') return schema
  return typeof nullable === 'boolean' ? { $ref, nullable } : { $ref }
}

/** `nullable` became a type. */
function withNull(node: Node): Node {
  const { nullable, ...schema } = node
  if (typeof nullable !== 'boolean') return node
  if (!nullable) return schema
  if (typeof schema.type !== 'string') return { anyOf: [schema, { type: 'null' }] }
  const values = Array.isArray(schema.enum) ? { enum: [...new Set([...schema.enum, null])] } : {}
  return { ...schema, type: [schema.type, 'null'], ...values }
}

/** `exclusiveMinimum` was a flag of `minimum`, and became a number. */
function withLimit(node: Node, limit: string, exclusive: string): Node {
  const { [limit]: value, [exclusive]: flag, ...schema } = node
  if (typeof flag !== 'boolean') return node
  if (value === undefined) return schema
  return { ...schema, [flag ? exclusive : limit]: value }
}
