/** Writes alternatives so that openapi-typescript reads them: it takes `anyOf` for a replacement of what is beside it. */
import { mapParts, type Node } from '../document/document-parts.ts'

/** A copy of a document, whose alternatives are beside no properties. */
export function withPlainAlternatives(document: Node): Node {
  return mapParts('document', document, (kind, node) => {
    if (kind !== 'schema' || 'discriminator' in node) return node
    const plain = withoutConditions(node)
    const { anyOf, allOf, ...others } = plain
    if (!Array.isArray(anyOf) || !('properties' in plain)) return plain
    return { ...others, allOf: [...(Array.isArray(allOf) ? allOf : []), { anyOf }] }
  })
}

/** Alternatives of an object with properties may only say which of them are required: that makes no type. */
function withoutConditions(schema: Node): Node {
  const { properties } = schema
  if (properties === undefined) return schema
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
