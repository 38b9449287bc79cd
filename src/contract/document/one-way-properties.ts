/** Properties of one direction: what is `readOnly` is no part of a request, and what is `writeOnly` none of a reply (OpenAPI 3.1 §4.8.24.2). */
import { appliedSchemas } from './applied-schemas.ts'
import type { Kind } from './document-fields.ts'
import { isNode, mapChildren, mapSchemas, type Node } from './document-parts.ts'

type OneWay = 'readOnly' | 'writeOnly'

/** A copy of a part of the document in which no property with one of these flags is required. */
export function withOptional<Part extends object | boolean>(
  document: object,
  kind: Kind,
  part: Part,
  flags: readonly OneWay[] = ['readOnly', 'writeOnly'],
): Part {
  return mapSchemas(kind, part, (schema) =>
    withoutRequired(schema, oneWayNames(document, schema, flags)),
  )
}

/** A copy in which a property with this flag must be absent. Elsewhere, such as at an item of a list, the flag has no meaning. */
export function withAbsent<Part extends object | boolean>(
  document: object,
  kind: Kind,
  part: Part,
  flag: OneWay,
): Part {
  const optional = withOptional(document, kind, part, [flag])
  const absent = mapSchemas(kind, optional, (schema) => {
    if (!isNode(schema.properties)) return schema
    const properties = Object.entries(schema.properties).map(([name, property]) => [
      name,
      isOneWay(document, property, [flag]) ? false : property,
    ])
    return { ...schema, properties: Object.fromEntries(properties) }
  })
  return mapSchemas(kind, absent, ({ [flag]: _, ...others }) => others)
}

/** The keywords whose schemas describe the same value. */
const compositions = ['allOf', 'anyOf', 'oneOf', 'then', 'else']

/** Of the properties that a schema declares, or a part of it. */
function oneWayNames(document: object, schema: Node, flags: readonly OneWay[]): string[] {
  return appliedSchemas(document, schema, compositions).flatMap(({ properties }) =>
    Object.entries(isNode(properties) ? properties : {})
      .filter(([, property]) => isOneWay(document, property, flags))
      .map(([name]) => name),
  )
}

function isOneWay(document: object, schema: unknown, flags: readonly OneWay[]): boolean {
  const parts = appliedSchemas(document, schema, ['allOf'])
  return parts.some((part) => flags.some((flag) => part[flag] === true))
}

/** Another part of a composition may require what one declares. */
function withoutRequired(schema: Node, names: readonly string[]): Node {
  if (names.length === 0) return schema
  const { required } = schema
  const reduced = mapChildren('schema', schema, (part, _, keyword) =>
    compositions.includes(keyword) ? withoutRequired(part, names) : part,
  )
  if (!Array.isArray(required)) return reduced
  return { ...reduced, required: required.filter((name) => !names.includes(name)) }
}
