/**
 * Alternatives that a property tells apart: by literals (`const`, `enum`), or by a discriminator (OpenAPI 3.1 §4.8.25).
 *
 * A check that tries each alternative to the end doubles its work with each level of a schema that contains itself, and reports the
 * faults of all.
 */
import { appliedSchemas } from './applied-schemas.ts'
import type { Kind } from './document-fields.ts'
import { isNode, mapSchemas, type Node } from './document-parts.ts'

interface Alternative {
  readonly schema: Node
  /** The values of the property with which the value is of this alternative. */
  readonly values: readonly unknown[]
  /** Whether the schema itself allows no others. */
  readonly isLiteral: boolean
}

interface Alternatives {
  readonly keyword: 'oneOf' | 'anyOf'
  readonly property: string
  readonly all: readonly Alternative[]
}

/** A copy of a part in which the property decides which alternative is checked. Alternatives without such a property stay as they are. */
export function withChosenAlternatives<Part extends object | boolean>(
  document: object,
  kind: Kind,
  part: Part,
): Part {
  return mapSchemas(kind, part, (schema) => chosen(document, schema))
}

function chosen(document: object, schema: Node): Node {
  const found = alternativesOf(document, schema)
  if (!found) return schema
  const { property, keyword, all } = found
  const { [keyword]: _, discriminator: __, allOf, ...others } = schema
  const only = (values: readonly unknown[]) => ({
    type: 'object',
    required: [property],
    properties: { [property]: { enum: values } },
  })
  const choice = {
    ...only(all.flatMap(({ values }) => values)),
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    allOf: all.map(({ values, schema: each }) => ({ if: only(values), then: each })),
  }
  return { ...others, allOf: [...(Array.isArray(allOf) ? allOf : []), choice] }
}

/** A schema whose alternatives have the values of its discriminator as literals, so that JSON Schema alone tells them apart. */
export function withLiterals<Schema extends object>(document: object, schema: Schema): Schema {
  if (!('discriminator' in schema) || !isNode(schema)) return schema
  const found = alternativesOf(document, schema)
  if (!found) return schema
  const { property, keyword, all } = found
  const literal = all.map(({ schema: each, values, isLiteral }) =>
    isLiteral ? each : { allOf: [each, { properties: { [property]: { enum: values } } }] },
  )
  return { ...schema, [keyword]: literal }
}

function alternativesOf(document: object, schema: Node): Alternatives | undefined {
  const keyword = Array.isArray(schema.oneOf) ? 'oneOf' : 'anyOf'
  const { [keyword]: members, discriminator, ...own } = schema
  if (!Array.isArray(members) || members.length < 2 || !members.every(isNode)) return undefined
  const names =
    isNode(discriminator) && typeof discriminator.propertyName === 'string'
      ? [discriminator.propertyName]
      : propertiesOf(document, members[0])
  for (const property of names) {
    const common = traitsOf(document, own, property)
    const traits = members.map((member) => traitsOf(document, member, property))
    const isRequired = common.isRequired || traits.every((each) => each.isRequired)
    const objects = traits.filter((each) => common.isObject || each.isObject).length
    // A value that is no object matches all schemas without a type: more than one of `oneOf`, and so none.
    const areObjects = objects === members.length || (objects === 0 && keyword === 'oneOf')
    const all = members.flatMap((member, at) => {
      const { values: literals } = traits[at] ?? {}
      const values = literals ?? namesIn(discriminator, member)
      return values ? [{ schema: member, values, isLiteral: literals !== undefined }] : []
    })
    const values = all.flatMap((each) => each.values)
    const areDistinct = new Set(values).size === values.length
    if (isRequired && areObjects && areDistinct && all.length === members.length)
      return { keyword, property, all }
  }
  return undefined
}

/** What a discriminator calls an alternative: what its mapping says, or the name of its schema. */
function namesIn(discriminator: unknown, { $ref }: Node): string[] | undefined {
  if (!isNode(discriminator) || typeof $ref !== 'string') return undefined
  const mapping = isNode(discriminator.mapping) ? Object.entries(discriminator.mapping) : []
  const named = mapping
    .filter(([, to]) => to === $ref || `#/components/schemas/${to}` === $ref)
    .map(([value]) => value)
  return named.length > 0 ? named : $ref.split('/').slice(-1)
}

/** What a schema says about a property of its values. */
interface Traits {
  /** Undefined if it allows any but a few literals. */
  readonly values: readonly unknown[] | undefined
  readonly isRequired: boolean
  /** Whether every value is an object. */
  readonly isObject: boolean
}

/** Whether a schema allows only a few literals for a property of its values. */
export function hasLiterals(document: object, schema: unknown, property: string): boolean {
  return traitsOf(document, schema, property).values !== undefined
}

const none: Traits = { values: undefined, isRequired: false, isObject: false }

function traitsOf(
  document: object,
  schema: unknown,
  property: string,
  seen: readonly unknown[] = [],
): Traits {
  const applied = appliedSchemas(document, schema, ['allOf'])
  const parts = applied.filter((part) => !seen.includes(part))
  const of = (member: unknown) => traitsOf(document, member, property, [...seen, ...parts])
  const all = parts.flatMap(({ type, required, properties, oneOf, anyOf }) => [
    {
      values: literalsOf(document, isNode(properties) ? properties[property] : undefined),
      isRequired: Array.isArray(required) && required.includes(property),
      isObject: String(type) === 'object',
    },
    anyOfThese(oneOf, of),
    anyOfThese(anyOf, of),
  ])
  return {
    values: all.find(({ values }) => values)?.values,
    isRequired: all.some(({ isRequired }) => isRequired),
    isObject: all.some(({ isObject }) => isObject),
  }
}

function anyOfThese(members: unknown, of: (part: unknown) => Traits): Traits {
  if (!Array.isArray(members) || members.length === 0) return none
  const all = members.map(of)
  const values = all.flatMap((each) => (each.values ? [each.values] : []))
  return {
    values: values.length === all.length ? values.flat() : undefined,
    isRequired: all.every((each) => each.isRequired),
    isObject: all.every((each) => each.isObject),
  }
}

function literalsOf(document: object, schema: unknown): readonly unknown[] | undefined {
  for (const part of appliedSchemas(document, schema, ['allOf'])) {
    if ('const' in part) return [part.const]
    if (Array.isArray(part.enum)) return part.enum
  }
  return undefined
}

/** The names of the properties that a schema declares. */
function propertiesOf(document: object, schema: unknown): string[] {
  const parts = appliedSchemas(document, schema, ['allOf', 'oneOf', 'anyOf'])
  return parts.flatMap(({ properties }) => Object.keys(Object(properties)))
}
