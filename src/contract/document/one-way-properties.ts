/** Properties of one direction: what is `readOnly` is no part of a request, and what is `writeOnly` none of a reply (OpenAPI 3.1 §4.8.24.2). */
import { appliedSchemas } from './applied-schemas.ts'
import type { Kind } from './document-fields.ts'
import { type Change, isNode, mapParts, type Node } from './document-parts.ts'

export type OneWay = 'readOnly' | 'writeOnly'

/** A copy of a part of the document in which no property with one of these flags is required. */
export function withOptional<Part extends object | boolean>(
  document: object,
  kind: Kind,
  part: Part,
  flags: readonly OneWay[] = ['readOnly', 'writeOnly'],
): Part {
  return changed(kind, part, (each, node) => {
    if (each !== 'schema') return node
    const names = oneWayNames(document, node, flags)
    return names.length === 0 ? node : withoutRequired(node, names)
  })
}

/** A copy in which a property with this flag must be absent. Elsewhere, such as at an item of a list, the flag has no meaning. */
export function withAbsent<Part extends object | boolean>(
  document: object,
  kind: Kind,
  part: Part,
  flag: OneWay,
): Part {
  const optional = withOptional(document, kind, part, [flag])
  const absent = changed(kind, optional, (each, node) => {
    if (each !== 'schema' || !isNode(node.properties)) return node
    const properties = Object.entries(node.properties).map(([name, schema]) => [
      name,
      isOneWay(document, schema, [flag]) ? false : schema,
    ])
    return { ...node, properties: Object.fromEntries(properties) }
  })
  return changed(kind, absent, (each, node) => {
    if (each !== 'schema') return node
    const { [flag]: _, ...others } = node
    return others
  })
}

/** A schema may be `true` or `false`, in which there is nothing to change. */
function changed<Part extends object | boolean>(kind: Kind, part: Part, change: Change): Part {
  return isNode(part) ? (mapParts(kind, part, change) as Part) : part
}

/** The keywords whose schemas describe the same value. */
const compositions = ['allOf', 'anyOf', 'oneOf', 'then', 'else']

/** Of the properties that a schema declares, or a part of it. */
function oneWayNames(document: object, schema: Node, flags: readonly OneWay[]): string[] {
  return [...appliedSchemas(document, schema, compositions)].flatMap(({ properties }) =>
    Object.entries(isNode(properties) ? properties : {})
      .filter(([, property]) => isOneWay(document, property, flags))
      .map(([name]) => name),
  )
}

function isOneWay(document: object, schema: unknown, flags: readonly OneWay[]): boolean {
  const parts = [...appliedSchemas(document, schema, ['allOf'])]
  return parts.some((part) => flags.some((flag) => part[flag] === true))
}

/** Another part of a composition may require what one declares. */
function withoutRequired(schema: Node, names: readonly string[]): Node {
  const { required } = schema
  const one = (part: unknown) => (isNode(part) ? withoutRequired(part, names) : part)
  const parts = compositions
    .filter((keyword) => keyword in schema)
    .map((keyword) => {
      const { [keyword]: value } = schema
      return [keyword, Array.isArray(value) ? value.map(one) : one(value)]
    })
  return {
    ...schema,
    ...(Array.isArray(required) && { required: required.filter((name) => !names.includes(name)) }),
    ...Object.fromEntries(parts),
  }
}
