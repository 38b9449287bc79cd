/** Turns a document of OpenAPI 3.0 into one of 3.1, whose schemas are JSON Schema 2020-12: the rest of this layer knows only 3.1. */
import type { Document } from './openapi.ts'

/** Returns a document of another version as it is. */
export function upgraded(document: Document): Document {
  if (!document.openapi.startsWith('3.0.')) return document
  return { ...document, ...upgrade({ ...document }), openapi: '3.1.0' }
}

type Node = Record<string, unknown>

function upgrade(node: Node): Node {
  const entries = Object.entries(node).map(([key, value]) =>
    isData(key, value) ? [key, value] : [key, upgradeValue(value)],
  )
  const schema = Object.fromEntries(entries)
  return withNull(
    withLimit(withLimit(schema, 'minimum', 'exclusiveMinimum'), 'maximum', 'exclusiveMaximum'),
  )
}

function upgradeValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(upgradeValue)
  return isNode(value) ? upgrade(value) : value
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The fields whose values are data, in which names have no meaning. A property of an object may have these names, too. */
const data = ['example', 'examples', 'default', 'enum', 'const']

function isData(key: string, value: unknown): boolean {
  const isProperty = isNode(value) && ('type' in value || '$ref' in value)
  return key.startsWith('x-') || (data.includes(key) && !isProperty)
}

/** `nullable` became a type. A property of this name is an object. */
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
