/**
 * Closes schemas: an object in a response has no property that its schema does not declare. The contract itself leaves them open, so that
 * clients accept new properties.
 *
 * The parts of a composition, such as `allOf`, are closed as a whole, because each declares properties of the same object. An object
 * whose schema declares no properties stays open.
 */
import { appliedSchemas } from '../document/applied-schemas.ts'
import { isNode, mapChildren, type Node } from '../document/document-parts.ts'
import type { Document } from '../document/openapi.ts'

const $id = 'contract'
const prefix = '#/components/schemas/'

/** Names of a schema, which would not be unique, and a keyword of OpenAPI 3.0, to which ajv gives a meaning in 3.1, too. */
const ignored = ['$id', '$anchor', '$dynamicAnchor', 'nullable']

/** The keywords whose schemas may declare properties of the value itself. */
const compositions = ['allOf', 'anyOf', 'oneOf', 'then', 'else', 'dependentSchemas']
/** The keywords whose schemas do not describe a member of the value. */
const ofValue = [
  ...[...compositions, '$defs', 'definitions'],
  ...['if', 'not', 'propertyNames', 'contains', 'contentSchema'],
]

/**
 * A function that returns a closed copy of a schema of the document, and the components, which a validator needs first: the copies refer
 * to them by their `$id`. Without `closes`, as for requests, only the names and the references are changed.
 */
export function closedSchemas(document: Document, closes = true) {
  const { components: { schemas = {} } = {} } = document
  // Each component in two forms: as the schema of a value, and as a part of a composition.
  const all = (form: (schema: Node) => Node) => mapChildren('components', { schemas }, form).schemas
  const components = { $id, closed: all(closed), open: all(open) }
  const close = (schema: object | boolean) => (isNode(schema) ? closed(schema) : schema)
  return { components, close }

  function closed(schema: Node): Node {
    if (Object.keys(schema).join() === '$ref') return { $ref: moved(schema.$ref, 'closed') }
    const isSettled = 'additionalProperties' in schema || 'unevaluatedProperties' in schema
    const parts = !closes || isSettled ? [] : appliedSchemas(document, schema, compositions)
    if (!parts.some(declaresProperties)) return open(schema)
    const keyword = parts.length > 1 ? 'unevaluatedProperties' : 'additionalProperties'
    return { ...open(schema), [keyword]: false }
  }

  /** Closes the members of the value only. */
  function open(schema: Node): Node {
    const kept = Object.entries(schema).filter(([keyword]) => !ignored.includes(keyword))
    const opened = mapChildren('schema', Object.fromEntries(kept), (part, _, keyword) => {
      if (keyword === 'anyOf' || keyword === 'oneOf') return alternative(part)
      return ofValue.includes(keyword) ? open(part) : closed(part)
    })
    return '$ref' in schema ? { ...opened, $ref: moved(schema.$ref, 'open') } : opened
  }

  /** Of several alternatives, one that declares no properties accepts all. */
  function alternative(schema: Node): Node {
    const isFree =
      schema.type === 'object' &&
      !('required' in schema) &&
      !appliedSchemas(document, schema, compositions).some(declaresProperties)
    return isFree ? { additionalProperties: true, ...open(schema) } : open(schema)
  }
}

function declaresProperties({ properties }: Node): boolean {
  return isNode(properties) && Object.keys(properties).length > 0
}

/** A reference to a component, or to a part of one, which has only one form. */
function moved($ref: unknown, form: 'closed' | 'open'): string {
  const path = String($ref).replace(prefix, '')
  return `${$id}#/${path.includes('/') ? 'open' : form}/${path}`
}
