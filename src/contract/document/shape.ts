/** What a text can be converted to: the JSON types that a schema admits, and the shapes of its items and properties. */
import { appliedSchemas } from './applied-schemas.ts'
import { resolve } from './document.ts'
import type { Document, Schema } from './openapi.ts'

export type JsonType = 'string' | 'number' | 'integer' | 'boolean' | 'null' | 'array' | 'object'

const allTypes: readonly JsonType[] = ['string', 'number', 'boolean', 'null', 'array', 'object']

export interface Shape {
  readonly types: ReadonlySet<JsonType>
  /** Whether the schema restricts the type at all. */
  readonly isTyped: boolean
  items(): Shape
  /** The declared properties, those of all alternatives. */
  readonly properties: ReadonlyMap<string, () => Shape>
  /** The schema of the other properties, as declared. */
  readonly additional: Schema | boolean | undefined
  /** Bytes, where a body can have them: not text, or of a media type. */
  readonly isBinary: boolean
  /** The smallest of all, in characters, or in bytes of what is binary. */
  readonly maxLength: number
  /** The media types that the schema names. */
  readonly mediaTypes: readonly string[]
}

/** The shape of a schema. Its parts are read when they are asked for, because a schema may contain itself. */
export function shapeOf(document: Document, schema: Schema | boolean): Shape {
  const parts: readonly Schema[] = appliedSchemas(document, schema, ['allOf', 'anyOf', 'oneOf'])
  const types = typesOf(document, schema)
  const properties = parts.flatMap((part) =>
    Object.entries(part.properties ?? {}).map(
      ([name, property]) => [name, once(() => shapeOf(document, property))] as const,
    ),
  )
  const items = parts.find((part) => part.items !== undefined)?.items ?? {}
  const additional = parts.map((part) => part.additionalProperties)
  const mediaTypes = parts.flatMap(({ contentMediaType }) => contentMediaType ?? [])
  const isEncoded = parts.some(({ contentEncoding }) => contentEncoding !== undefined)
  const isBinary = parts.some(({ format }) => format === 'binary') || mediaTypes.length > 0
  return {
    types: types ?? new Set(allTypes),
    isTyped: types !== undefined,
    items: once(() => shapeOf(document, items)),
    properties: new Map(properties),
    additional: additional.find((each) => each !== undefined),
    isBinary: isBinary && !isEncoded,
    maxLength: Math.min(...parts.map(({ maxLength = Number.POSITIVE_INFINITY }) => maxLength)),
    mediaTypes,
  }
}

/** Whether a body of text can be held to a schema: not to that of a structure, such as XML or CSV, which is not parsed. */
export function describesText(document: Document, schema: Schema | boolean): boolean {
  return shapeOf(document, schema).types.has('string')
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

type Types = ReadonlySet<JsonType> | undefined

/** Undefined if the schema does not restrict the type. */
function typesOf(
  document: Document,
  schema: Schema | boolean,
  seen: readonly object[] = [],
): Types {
  if (typeof schema === 'boolean' || seen.includes(schema)) return undefined
  const of = (part: Schema | boolean) => typesOf(document, part, [...seen, schema])
  const { $ref, type, enum: values, allOf = [], anyOf = [], oneOf = [] } = schema
  const named = type === undefined ? undefined : new Set([type].flat() as JsonType[])
  const listed = values ?? ('const' in schema ? [schema.const] : undefined)
  return [
    named,
    named === undefined && listed ? new Set(listed.map(typeOf)) : undefined,
    $ref === undefined ? undefined : of(resolve<Schema>(document, { $ref })),
    ...allOf.map(of),
    anyOfThese(anyOf.map(of)),
    anyOfThese(oneOf.map(of)),
  ].reduce(bothOf, undefined)
}

function anyOfThese(alternatives: readonly Types[]): Types {
  if (alternatives.length === 0 || alternatives.includes(undefined)) return undefined
  return new Set(alternatives.flatMap((types) => [...(types ?? [])]))
}

function bothOf(one: Types, other: Types): Types {
  if (!one || !other) return one ?? other
  const all = [...one, ...other]
  return new Set(all.filter((type) => admits(one, type) && admits(other, type)))
}

/** Every integer is a number. */
function admits(types: ReadonlySet<JsonType>, type: JsonType): boolean {
  return types.has(type) || (type === 'integer' && types.has('number'))
}

function typeOf(value: unknown): JsonType {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  const type = typeof value
  return type === 'string' || type === 'number' || type === 'boolean' ? type : 'object'
}
