/**
 * Closes schemas: an object in a response has no property that its schema does not declare. The contract itself leaves them open, so that
 * clients accept new properties.
 *
 * The parts of a composition, such as `allOf`, are closed as a whole, because each declares properties of the same object. An object
 * whose schema declares no properties stays open.
 */
import type { Document } from '../document/openapi.ts'

// biome-ignore lint/suspicious/noExplicitAny: the keywords of JSON Schema have values of many types
type Schema = Readonly<Record<string, any>>

export interface ClosedSchemas {
  /** The components. A validator needs them before it compiles a closed schema, which refers to them by this `$id`. */
  readonly components: { readonly $id: string }
  /** Returns a closed copy of a schema of the document. */
  close(schema: object): object
}

const $id = 'contract'
const prefix = '#/components/schemas/'

/** Names of a schema, which would not be unique, and a keyword of OpenAPI 3.0, to which ajv gives a meaning in 3.1, too. */
const ignored = ['$id', '$anchor', '$dynamicAnchor', 'nullable']

/** The keywords whose schemas describe the value itself. */
const ofValue = {
  lists: ['allOf', 'anyOf', 'oneOf'],
  maps: ['dependentSchemas', '$defs'],
  ones: ['if', 'then', 'else', 'not', 'propertyNames', 'contains'],
}
/** The keywords whose schemas describe a member of the value. */
const ofMembers = {
  lists: ['prefixItems'],
  maps: ['properties', 'patternProperties'],
  ones: ['items', 'unevaluatedItems', 'additionalProperties', 'unevaluatedProperties'],
}

export function closedSchemas({ components: { schemas = {} } = {} }: Document): ClosedSchemas {
  const named: Readonly<Record<string, Schema>> = schemas
  // Each component in two forms: as the schema of a value, and as a part of a composition.
  const components = { $id, closed: mapped(named, closed), open: mapped(named, open) }
  return { components, close: closed }

  function closed(schema: Schema): Schema {
    if (typeof schema !== 'object') return schema
    if (Object.keys(schema).join() === '$ref') return { $ref: moved(schema.$ref, 'closed') }
    const isSettled = 'additionalProperties' in schema || 'unevaluatedProperties' in schema
    if (isSettled || !declaresProperties(schema)) return open(schema)
    const keyword = partsOf(schema).length > 0 ? 'unevaluatedProperties' : 'additionalProperties'
    return { ...open(schema), [keyword]: false }
  }

  /** Closes the members of the value only. */
  function open(schema: Schema): Schema {
    if (typeof schema !== 'object') return schema
    return Object.fromEntries(
      Object.entries(schema)
        .filter(([keyword]) => !ignored.includes(keyword))
        .map(([keyword, value]) => [keyword, keywordOf(keyword, value)]),
    )
  }

  // biome-ignore lint/suspicious/noExplicitAny: see `Schema`
  function keywordOf(keyword: string, value: any): unknown {
    if (keyword === '$ref') return moved(value, 'open')
    if (keyword === 'anyOf' || keyword === 'oneOf') return value.map(alternative)
    if (ofValue.lists.includes(keyword)) return value.map(open)
    if (ofValue.maps.includes(keyword)) return mapped(value, open)
    if (ofValue.ones.includes(keyword)) return open(value)
    if (ofMembers.lists.includes(keyword)) return value.map(closed)
    if (ofMembers.maps.includes(keyword)) return mapped(value, closed)
    return ofMembers.ones.includes(keyword) ? closed(value) : value
  }

  /** Of several alternatives, one that declares no properties accepts all. */
  function alternative(schema: Schema): Schema {
    const isFree =
      schema.type === 'object' && !('required' in schema) && !declaresProperties(schema)
    return isFree ? { additionalProperties: true, ...open(schema) } : open(schema)
  }

  /** Whether the schema, or a part of it, declares properties. */
  function declaresProperties(schema: Schema, seen: readonly Schema[] = []): boolean {
    if (seen.includes(schema)) return false
    if (Object.keys(schema.properties ?? {}).length > 0) return true
    return partsOf(schema).some((part) => declaresProperties(part, [...seen, schema]))
  }

  /** The schemas of the same value: those of a composition, and the component to which the schema refers. */
  function partsOf(schema: Schema): Schema[] {
    const { $ref, allOf = [], anyOf = [], oneOf = [], then = [], else: otherwise = [] } = schema
    const referred = $ref === undefined ? [] : (named[unescaped($ref.replace(prefix, ''))] ?? [])
    const dependent = Object.values(schema.dependentSchemas ?? {})
    return [referred, allOf, anyOf, oneOf, then, otherwise, dependent].flat()
  }
}

function mapped(schemas: Readonly<Record<string, Schema>>, map: (schema: Schema) => Schema) {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, map(schema)]))
}

/** A reference to a component, or to a part of one, which has only one form. */
function moved($ref: string, form: 'closed' | 'open'): string {
  const path = $ref.replace(prefix, '')
  return `${$id}#/${path.includes('/') ? 'open' : form}/${path}`
}

function unescaped(name: string): string {
  return decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~')
}
