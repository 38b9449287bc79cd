/** Makes values that a schema allows: its examples, its limits, and values in between. */
import fc, { type Arbitrary } from 'fast-check'
import type { Schema } from '../document/openapi.ts'
import { type SchemaNode, type Schemas, typesOf } from './schemas.ts'

/** Most of the values are valid; `isValid` tells. */
export type ValueMaker = (schema: SchemaNode) => Arbitrary<unknown>

const defaultMaxItems = 6
const maxText = 60
/** Below this depth, objects have their required fields and lists their least number of members. */
const maxDepth = 4

export function valueMaker(schemas: Schemas): ValueMaker {
  const made = new Map<SchemaNode, Arbitrary<unknown>[]>()
  return (schema) => value(schema, 0)

  function value(schema: SchemaNode, depth: number): Arbitrary<unknown> {
    const known = made.get(schema) ?? []
    made.set(schema, known)
    known[depth] ??= alternativesOf(schema, depth)
    return known[depth]
  }

  function alternativesOf(schema: SchemaNode, depth: number): Arbitrary<unknown> {
    const all = schemas.alternatives(schema)
    if (all.length === 0 || depth > 2 * maxDepth) return fc.constant(null)
    return fc.oneof(...all.map((each) => plain(each, depth)))
  }

  function plain(schema: Schema, depth: number): Arbitrary<unknown> {
    if (schema.const !== undefined) return fc.constant(schema.const)
    if (schema.enum) return fc.constantFrom(...schema.enum)
    const types = typesOf(schema)
    const typed = types.map((type) => ofType(type, schema, depth))
    const any = typed.length === 0 ? fc.jsonValue({ maxDepth: 1 }) : fc.oneof(...typed)
    const { examples = [], example, default: usual } = schema
    const given = [example, usual, ...examples].filter((each) => each !== undefined)
    if (given.length === 0) return any
    return fc.oneof({ arbitrary: any, weight: 3 }, fc.constantFrom(...given))
  }

  function ofType(type: string, schema: Schema, depth: number): Arbitrary<unknown> {
    if (type === 'null') return fc.constant(null)
    if (type === 'boolean') return fc.boolean()
    if (type === 'integer') return integer(schema)
    if (type === 'number') return number(schema)
    if (type === 'string') return text(schema)
    if (type === 'array') return list(schema, depth)
    return object(schema, depth)
  }

  function list(schema: Schema, depth: number): Arbitrary<unknown[]> {
    const { items = {}, minItems = 0, maxItems = defaultMaxItems, uniqueItems } = schema
    const most = Math.max(minItems, Math.min(maxItems, defaultMaxItems))
    const limits = { minLength: minItems, maxLength: depth >= maxDepth ? minItems : most }
    const each = value(items, depth + 1)
    const members = uniqueItems ? fc.uniqueArray(each, limits) : fc.array(each, limits)
    const examples = typeof items === 'object' ? (items.examples ?? []) : []
    return examples.length < 1 || minItems > 0
      ? members
      : fc.oneof(members, fc.subarray([...examples]))
  }

  function object(schema: Schema, depth: number): Arbitrary<object> {
    const { properties = {}, required = [], additionalProperties, minProperties = 0 } = schema
    const fields = Object.entries(properties).filter(
      ([name, each]) =>
        !isReadOnly(each) && (depth < maxDepth || required.includes(name) || minProperties > 0),
    )
    const undescribed = required.filter((name) => !Object.hasOwn(properties, name))
    const all = [
      ...fields,
      ...undescribed.map((name) => [name, additionalProperties ?? {}] as const),
    ]
    const known = fc.record<Record<string, unknown>>(
      Object.fromEntries(all.map(([name, each]) => [name, value(each, depth + 1)])),
      { requiredKeys: all.map(([name]) => name).filter((name) => required.includes(name)) },
    )
    if (typeof additionalProperties !== 'object' || depth >= maxDepth) return known
    const others = fc.dictionary(
      fc.stringMatching(/^[a-z]{1,8}$/),
      value(additionalProperties, depth + 1),
      {
        minKeys: Math.max(0, minProperties - all.length),
        maxKeys: Math.max(2, minProperties),
      },
    )
    return fc.tuple(others, known).map(([more, own]) => ({ ...more, ...own }))
  }

  function isReadOnly(schema: SchemaNode): boolean {
    return schemas.alternatives(schema).some(({ readOnly }) => readOnly)
  }

  function text(schema: Schema): Arbitrary<string> {
    const { format = '', pattern, minLength = 0, maxLength = 100, contentMediaType } = schema
    // In a file, the limits are in bytes.
    if (format === 'binary' || contentMediaType !== undefined)
      return fc.string({
        minLength: Math.max(1, minLength),
        maxLength: Math.max(1, minLength, Math.min(maxLength, maxText)),
      })
    const formatted = formats[format]
    if (formatted) return formatted()
    const limit = { maxLength: Math.max(minLength, Math.min(maxLength, maxText)) }
    const plainText = fc.string({ ...limit, minLength: Math.min(minLength, 1) })
    const matching = pattern === undefined ? plainText : (matchingText(pattern, limit) ?? plainText)
    const withLength = (texts: Arbitrary<string>) =>
      fc.tuple(texts, fc.constantFrom(minLength, maxLength, undefined))
    const usual = withLength(matching)
    const any = fc.oneof(usual, withLength(oddText), fc.tuple(ordinaryText, fc.constant(undefined)))
    return fc.tuple(any, usual).map((candidates) => {
      const made = candidates.map(([each, wanted]) =>
        stretched(each, wanted ?? Math.min(maxLength, Math.max(minLength, [...each].length))),
      )
      // The first that the schema allows: a filter would never end if the pattern excludes odd text.
      return made.find((each) => schemas.isValid(schema, each)) ?? candidates[1][0]
    })
  }
}

/** Undefined for a pattern that fast-check cannot read. */
function matchingText(
  pattern: string,
  limit: { maxLength: number },
): Arbitrary<string> | undefined {
  try {
    return fc.stringMatching(new RegExp(pattern, 'u'), limit)
  } catch {
    return undefined
  }
}

function integer(schema: Schema): Arbitrary<number> {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf = 1, format } = schema
  const bits = format === 'int64' ? 53 : 31
  const least = Math.ceil(
    minimum ?? (exclusiveMinimum === undefined ? -(2 ** bits) + 1 : exclusiveMinimum + 1),
  )
  const most = Math.floor(
    maximum ?? (exclusiveMaximum === undefined ? 2 ** bits - 1 : exclusiveMaximum - 1),
  )
  const step = Math.max(1, Math.round(multipleOf))
  const [min, max] = [Math.ceil(least / step), Math.floor(most / step)]
  if (min > max) return fc.constant(least)
  return fc.integer({ min, max }).map((value) => value * step)
}

function number(schema: Schema): Arbitrary<number> {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  const min = minimum ?? exclusiveMinimum ?? -1e9
  const max = Math.max(min, maximum ?? exclusiveMaximum ?? 1e9)
  if (multipleOf !== undefined)
    return fc
      .integer({ min: Math.ceil(min / multipleOf), max: Math.floor(max / multipleOf) })
      .map((value) => value * multipleOf)
  const between = fc.double({ min, max, noNaN: true, noDefaultInfinity: true })
  // Without tiny values and minus zero, which no decimal notation of a parameter keeps.
  const rounded = between.map((value) => Math.round(value * 1000) / 1000 + 0)
  const [low, high] = [Math.ceil(min), Math.floor(max)]
  return low > high ? between : fc.oneof(rounded, fc.integer({ min: low, max: high }))
}

/** Empty or any Unicode text. */
const oddText = fc.oneof(
  fc.constant(''),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
)

/** As people write: names and sentences, with what programs forget. */
const ordinaryText = fc
  .array(
    fc.constantFrom(
      ...['Anna', 'the', 'garden', 'of', 'Smith', 'is', 'open'],
      ...["O'Neill", "don't", 'Zoë', 'naïve', 'München', '🦊'],
    ),
    { minLength: 2, maxLength: 8 },
  )
  .map((words) => words.join(' '))

/** Repeats or cuts the text to the length in characters. */
function stretched(text: string, length: number): string {
  const characters = [...text]
  if (characters.length === 0 || length === 0) return text
  if (characters.length >= length) return characters.slice(0, length).join('')
  return [...text.repeat(Math.ceil(length / characters.length))].slice(0, length).join('')
}

const date = () =>
  fc.date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  })

/** RFC 3339 allows forms that programs rarely write, such as offsets and fractions. */
const dateTime = () =>
  fc
    .tuple(
      date(),
      fc.constantFrom('Z', 'z', '+00:00', '-11:30', '+14:00'),
      fc.constantFrom('', '.1', '.123456789'),
    )
    .map(([day, offset, fraction]) => `${day.toISOString().slice(0, 19)}${fraction}${offset}`)

const formats: Readonly<Record<string, (() => Arbitrary<string>) | undefined>> = {
  'date-time': dateTime,
  date: () => date().map((day) => day.toISOString().slice(0, 10)),
  time: () => date().map((day) => `${day.toISOString().slice(11, 19)}Z`),
  duration: () => fc.integer({ min: 1, max: 999 }).map((days) => `P${days}D`),
  email: () => fc.emailAddress(),
  'idn-email': () => fc.emailAddress(),
  uuid: () => fc.uuid(),
  uri: () => fc.webUrl(),
  url: () => fc.webUrl(),
  'uri-reference': () => fc.webPath().map((path) => path || '/'),
  hostname: () => fc.domain(),
  ipv4: () => fc.ipV4(),
  ipv6: () => fc.ipV6(),
  byte: () => fc.base64String(),
}
