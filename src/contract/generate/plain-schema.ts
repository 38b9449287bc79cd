/** Writes schemas as openapi-typescript needs them to give them the meaning that OpenAPI does. */
import { hasLiterals } from '../document/alternatives.ts'
import { isNode, type Node } from '../document/document-parts.ts'
import type { Document } from '../document/openapi.ts'

/** A copy of a schema, whose alternatives are beside no properties, and whose discriminator adds nothing to their literals. */
export function plainSchema(document: Document, schema: Node): Node {
  const { discriminator } = schema
  return isNode(discriminator)
    ? withPlainDiscriminator(document, schema, discriminator)
    : withPlainAlternatives(schema)
}

/**
 * - Where each alternative has literals of its own for the property, they tell the alternatives apart, and openapi-typescript would add
 *   the names of the schemas to them: without the discriminator.
 * - A mapping to the name of a schema becomes one to its reference (OpenAPI 3.1 §4.8.25).
 */
function withPlainDiscriminator(document: Document, node: Node, discriminator: Node): Node {
  const { discriminator: _, ...schema } = node
  const { propertyName, mapping } = discriminator
  const alternatives = [schema.oneOf ?? schema.anyOf ?? []].flat()
  const areLiteral = alternatives.every((each) => hasLiterals(document, each, String(propertyName)))
  if (alternatives.length > 0 && areLiteral) return schema
  const schemas = document.components?.schemas ?? {}
  const references = Object.entries(Object(mapping)).map(([value, target]) => [
    value,
    Object.hasOwn(schemas, String(target)) ? `#/components/schemas/${target}` : target,
  ])
  return { ...node, discriminator: { ...discriminator, mapping: Object.fromEntries(references) } }
}

/** It takes `anyOf` for a replacement of what is beside it. */
function withPlainAlternatives(schema: Node): Node {
  if (!('properties' in schema)) return schema
  const plain = withoutConditions(schema)
  const { anyOf, allOf, ...others } = plain
  if (!Array.isArray(anyOf)) return plain
  return { ...others, allOf: [...(Array.isArray(allOf) ? allOf : []), { anyOf }] }
}

/** Alternatives of an object with properties may only say which of them are required: that makes no type. */
function withoutConditions(schema: Node): Node {
  const { properties } = schema
  const entries = Object.entries(schema).flatMap(([keyword, value]) => {
    if (!['anyOf', 'oneOf'].includes(keyword) || !Array.isArray(value)) return [[keyword, value]]
    if (value.every(isCondition)) return []
    const described = { type: 'object', properties }
    return [[keyword, value.map((each) => (isCondition(each) ? described : each))]]
  })
  return Object.fromEntries(entries)
}

function isCondition(alternative: unknown): boolean {
  const keywords = ['required', 'not', 'title', 'description']
  return Object.entries(Object(alternative)).every(
    ([keyword, value]) => keywords.includes(keyword) || (keyword === 'type' && value === 'object'),
  )
}
