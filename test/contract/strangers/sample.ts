/** Makes one valid value of a schema: an example of the contract, otherwise a small value that the schema accepts. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import fc from 'fast-check'
import type { Document } from '../../../src/contract/document/openapi.ts'
import { closedSchemas } from '../../../src/contract/reply/closed-schema.ts'

/** The keywords of JSON Schema 2020-12 that this file reads. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly readOnly?: boolean
  readonly example?: unknown
  readonly examples?: readonly unknown[]
  readonly allOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly discriminator?: { propertyName: string; mapping?: Readonly<Record<string, string>> }
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly minProperties?: number
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly minItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly multipleOf?: number
}

/** No value of the schema was found. */
export class NoSample extends Error {
  override readonly name = 'NoSample'
}

export interface Sampler {
  /** Returns the first example that the schema accepts, otherwise a value made from the schema. Throws a `NoSample`. */
  make(schema: Schema, examples?: readonly unknown[]): unknown
  /** The value without the properties that a request must not have. */
  writable(schema: Schema, value: unknown): unknown
}

interface Making {
  /** With all properties, not only those that are required. */
  readonly isWhole: boolean
  readonly depth: number
}

const maxDepth = 8

/** Values have no properties that the contract does not declare. */
export function sampler(document: Document): Sampler {
  const ajv = formats.default(new Ajv2020({ strict: false, logger: false }))
  const { components, close } = closedSchemas(document)
  ajv.addSchema(components)
  const compiled = new WeakMap<Schema, ValidateFunction>()

  return { make, writable }

  function make(schema: Schema, examples: readonly unknown[] = []): unknown {
    const { example, examples: own = [] } = flat(schema)
    const given = [...examples, example, ...own].find(
      (each) => each !== undefined && isValid(schema, each),
    )
    return given ?? made(schema, { isWhole: false, depth: 0 })
  }

  function writable(schema: Schema, value: unknown): unknown {
    const { properties = {}, items = {} } = flat(schema)
    if (Array.isArray(value)) return value.map((each) => writable(items, each))
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value).flatMap(([name, each]) => {
      const { [name]: property = {} } = properties
      return flat(property).readOnly ? [] : [[name, writable(property, each)]]
    })
    return Object.fromEntries(entries)
  }

  function isValid(schema: Schema, value: unknown): boolean {
    const validate = compiled.get(schema) ?? ajv.compile(close(schema))
    compiled.set(schema, validate)
    return validate(value)
  }

  /** The first valid value of the alternatives of a schema: with as few properties as are required, or with all. */
  function made(schema: Schema, making: Making): unknown {
    if (making.depth > maxDepth) throw new NoSample('the schema has no end')
    for (const isWhole of [making.isWhole, !making.isWhole]) {
      for (const alternative of alternatives(schema)) {
        try {
          const value = build(alternative, { ...making, isWhole })
          if (isValid(schema, value)) return value
        } catch (error) {
          if (!(error instanceof NoSample)) throw error
        }
      }
    }
    throw new NoSample(JSON.stringify(schema).slice(0, 300))
  }

  /** The schema with each of its alternatives in turn. */
  function alternatives(schema: Schema): Schema[] {
    const { oneOf, anyOf } = flat(schema)
    return (oneOf ?? anyOf ?? [{}]).map((_, index) => flat(schema, index))
  }

  /** Without references, and without `allOf`, `oneOf` and `anyOf` at the top. */
  function flat(schema: Schema, index?: number, followed: readonly string[] = []): Schema {
    const { $ref, allOf = [], ...own } = schema
    if ($ref !== undefined && followed.includes($ref)) return own
    const next = $ref === undefined ? followed : [...followed, $ref]
    const parts = $ref === undefined ? allOf : [at($ref), ...allOf]
    const merged = [...parts.map((part) => flat(part, undefined, next)), own].reduce(both, {})
    const { oneOf, anyOf, discriminator, ...rest } = merged
    const chosen = (oneOf ?? anyOf)?.[index ?? -1]
    if (!chosen) return index === undefined ? merged : named(merged, next)
    return both(rest, both(flat(chosen, 0, next), kindOf(discriminator, chosen)))
  }

  /** The parent of a discriminator, where the alternatives refer to it instead. */
  function named(schema: Schema, followed: readonly string[]): Schema {
    return both(schema, kindOf(schema.discriminator, { $ref: followed.at(-1) ?? '' }))
  }

  /** The value of the discriminator for an alternative. */
  function kindOf(discriminator: Schema['discriminator'], { $ref }: Schema): Schema {
    if (!discriminator || !$ref) return {}
    const { propertyName, mapping = {} } = discriminator
    const name = $ref.split('/').at(-1) ?? ''
    const [value = name] =
      Object.entries(mapping).find(([, target]) => [$ref, name].includes(target)) ?? []
    return { required: [propertyName], properties: { [propertyName]: { examples: [value] } } }
  }

  function at($ref: string): Schema {
    const names = $ref.replace(/^#\//, '').split('/').map(decodeURIComponent)
    const plain = names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    // biome-ignore lint/suspicious/noExplicitAny: a pointer may lead to any node of a JSON document
    return plain.reduce<any>((node, name) => node?.[name], document) ?? {}
  }

  function build(schema: Schema, making: Making): unknown {
    const { examples: [example] = [] } = schema
    if (schema.const !== undefined) return schema.const
    if (schema.enum)
      return schema.enum.includes(example)
        ? example
        : (schema.enum.find((each) => each !== null) ?? null)
    const type = typeOf(schema)
    if (type === 'object') return object(schema, making)
    if (type === 'array') return array(schema, making)
    if (type === 'string') return typeof example === 'string' ? example : text(schema)
    if (type === 'integer' || type === 'number') return number(schema)
    return type === 'boolean' ? true : null
  }

  function object(schema: Schema, making: Making) {
    const { properties = {}, minProperties = 0, additionalProperties } = schema
    const { required = [] } = schema
    const other =
      typeof additionalProperties === 'object' ? additionalProperties : { type: 'string' }
    const optional = Object.keys(properties).filter((name) => !required.includes(name))
    const count = making.isWhole ? optional.length : Math.max(0, minProperties - required.length)
    const more = making.isWhole && additionalProperties ? ['more'] : []
    const values = [...required, ...more].map((name) => [
      name,
      part(properties[name] ?? other, making),
    ])
    const others = optional.slice(0, count).flatMap((name) => {
      const value = attempt(() => part(properties[name] ?? {}, making))
      return value === undefined ? [] : [[name, value]]
    })
    return Object.fromEntries([...values, ...others])
  }

  /** One item, unless the schema has no end: an empty list would check nothing. */
  function array({ items = {}, minItems = 0 }: Schema, making: Making): unknown[] {
    const item = attempt(() => part(items, making))
    if (item === undefined && minItems === 0) return []
    return [item, ...Array.from({ length: Math.max(0, minItems - 1) }, () => part(items, making))]
  }

  function part(schema: Schema, making: Making): unknown {
    const { example, examples = [] } = flat(schema)
    const given = [example, ...examples].find((each) => each !== undefined && isValid(schema, each))
    return given ?? made(schema, { ...making, depth: making.depth + 1 })
  }
}

function attempt(make: () => unknown): unknown {
  try {
    return make()
  } catch (error) {
    if (error instanceof NoSample) return undefined
    throw error
  }
}

function typeOf({ type, properties, required, items, additionalProperties }: Schema): string {
  const [first] = [type ?? []].flat().filter((each) => each !== 'null')
  if (first) return first
  if (type !== undefined) return 'null'
  if (properties || required || additionalProperties) return 'object'
  return items ? 'array' : 'string'
}

const simple = [
  'text',
  '1',
  'a',
  '/x',
  'https://example.com/',
  '2026-01-02',
  '2026-01-02T03:04:05Z',
  'a@example.com',
  '',
]

function text({ minLength = 0, maxLength, pattern, format }: Schema): string {
  if (pattern !== undefined) return matching(new RegExp(pattern), minLength)
  const known = ofFormat[format ?? '']
  if (known !== undefined) return known
  const length = Math.max(minLength, 1)
  return 'text'.padEnd(length, 'x').slice(0, maxLength ?? Math.max(length, 4))
}

const ofFormat: Readonly<Record<string, string>> = {
  date: '2026-01-02',
  'date-time': '2026-01-02T03:04:05Z',
  time: '03:04:05Z',
  duration: 'P1D',
  email: 'jane@example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  'uri-reference': '/x',
  uuid: '123e4567-e89b-42d3-a456-426614174000',
  'json-pointer': '/x',
  regex: 'x',
  byte: 'dGV4dA==',
}

function matching(pattern: RegExp, minLength: number): string {
  const fits = (each: string) => pattern.test(each) && each.length >= minLength
  const known = simple.find(fits)
  if (known !== undefined) return known
  try {
    const found = fc.sample(fc.stringMatching(pattern), { numRuns: 50, seed: 1 }).find(fits)
    if (found !== undefined) return found
  } catch {
    // fast-check does not know every assertion of a pattern.
  }
  throw new NoSample(String(pattern))
}

function number(schema: Schema): number {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf = 1 } = schema
  if (minimum !== undefined) return Math.ceil(minimum / multipleOf) * multipleOf
  if (exclusiveMinimum !== undefined) return exclusiveMinimum + multipleOf
  if (maximum !== undefined && maximum < 1) return maximum
  if (exclusiveMaximum !== undefined && exclusiveMaximum < 2) return exclusiveMaximum - multipleOf
  return multipleOf
}

function both(one: Schema, other: Schema): Schema {
  const properties = { ...one.properties }
  for (const [name, schema] of Object.entries(other.properties ?? {}))
    properties[name] = properties[name] ? { allOf: [properties[name], schema] } : schema
  const required = [...new Set([...(one.required ?? []), ...(other.required ?? [])])]
  return {
    ...one,
    ...other,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  }
}
