/** Generates values that a schema does not allow, as ajv confirms: wrong types, wrong lengths, forbidden characters, missing and unknown fields. */
import fc, { type Arbitrary } from 'fast-check'
import type { Schema } from './operations.ts'
import { isValid, isValidText, typesOf } from './schemas.ts'
import { validValue } from './values.ts'

type Fields = Record<string, unknown>

/** Characters with a special meaning in some syntax. */
const forbidden = ['\t', '\r\n', '\u001b', '\u007f', ' ', '/', '\\', '"', "'", '%', '..', 'é', '🦊']

/** Invalid values by the kind of fault. */
export type Kinds<Value> = Readonly<Record<string, Arbitrary<Value>>>

/** Invalid texts for a parameter, a header, or a field of a form. */
export function wrongTexts(schema: Schema): Kinds<string> {
  const { maxLength, minLength = 0, minimum = 0, maximum = 0, pattern, format } = schema
  const withInserted = (pieces: readonly string[]) =>
    fc
      .tuple(validValue(schema).map(String), fc.constantFrom(...pieces), fc.nat())
      .map(([text, piece, at]) => {
        const place = at % (text.length + 1)
        return text.slice(0, place) + piece + text.slice(place)
      })
  const numbers = [minimum - 1, maximum + 1, 1.5, 2 ** 53, -1, 'NaN', '0b1', '1_0', '']
  const other = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...numbers.map(String)))
  const isAnyText = typesOf(schema).includes('string') && !pattern && !format && !schema.enum
  const isNumber = typesOf(schema).includes('integer')
  const kinds = {
    ...(isNumber && {
      'is infinite': fc.constantFrom('1e400', '-1e400', 'Infinity', '9'.repeat(400)),
      'is not a JSON number': notJsonNumber(schema),
    }),
    ...(maxLength !== undefined && { 'is too long': tooLong(maxLength) }),
    ...(minLength > 1 && { 'is too short': fc.constant('a'.repeat(minLength - 1)) }),
    ...(pattern && { 'does not match its pattern': withInserted(forbidden) }),
    ...(!isAnyText && { 'is a different text': other, 'has a NUL': withInserted(['\0']) }),
  }
  return mapped(kinds, (text) =>
    text.filter((each) => each.isWellFormed() && !isValidText(schema, each)),
  )
}

/** A valid integer in a syntax that JavaScript accepts and JSON does not. */
function notJsonNumber(schema: Schema): Arbitrary<string> {
  const ways = [
    (value: number) => `0x${value.toString(16)}`,
    (value: number) => `0b${value.toString(2)}`,
    (value: number) => value.toExponential(),
    (value: number) => `${value}.0`,
    (value: number) => `${value}.`,
    (value: number) => `0${value}`,
    (value: number) => `+${value}`,
    (value: number) => ` ${value}`,
    (value: number) => `${value}\n`,
  ]
  return fc
    .tuple(validValue(schema).map(Number), fc.constantFrom(...ways))
    .map(([value, way]) => way(value))
}

/** By one or more characters. */
function tooLong(maxLength: number): Arbitrary<string> {
  return fc.constantFrom(1, 2, 100).map((more) => 'a'.repeat(maxLength + more))
}

/** Invalid JSON values. */
export function wrongValues(schema: Schema): Kinds<unknown> {
  const types = typesOf(schema)
  const kinds: Kinds<unknown> = {
    'has a different type': unrelatedValues,
    ...(types.includes('string') && wrongTexts(schema)),
    ...(types.includes('array') && wrongArrays(schema)),
    ...(types.includes('object') && wrongObjects(schema, wrongValues)),
  }
  return mapped(kinds, (value) => value.filter((each) => !isValid(schema, each)))
}

const unrelatedValues: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, 0, -1, 2 ** 53, 1.7e308, '', [], {}, [null], { toString: 1 }),
  fc.integer({ min: 1, max: 500 }).map((depth) => nested(depth)),
  fc.jsonValue({ maxDepth: 3 }),
)

function nested(depth: number): unknown {
  let value: unknown = 'x'
  for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { a: value }
  return value
}

function wrongArrays({ items = {}, maxItems = 100, uniqueItems }: Schema): Kinds<unknown[]> {
  const one = validValue(items)
  return {
    'has too many elements': one.map((item) => Array.from({ length: maxItems + 1 }, () => item)),
    ...(uniqueItems && { 'has a duplicate': one.map((item) => [item, item]) }),
    ...mapped(wrongValues(items), (wrong) =>
      fc.tuple(one, wrong).map(([item, value]) => [item, value]),
    ),
  }
}

/** Objects with one fault. `wrong` generates invalid values. */
export function wrongObjects(
  schema: Schema,
  wrong: (field: Schema) => Kinds<unknown>,
): Kinds<Fields> {
  const { properties = {}, required = [], dependentRequired = {}, additionalProperties } = schema
  const valid = validValue(schema).map((value): Fields => ({ ...Object(value) }))
  const kinds: Record<string, Arbitrary<Fields>> = {}
  for (const name of new Set([...required, ...Object.values(dependentRequired).flat()]))
    kinds[`${name} is missing`] = valid.map((fields) => without(fields, name))
  if (additionalProperties === false) kinds['has an unknown field'] = unknownField(valid)
  for (const [name, field] of Object.entries(properties))
    for (const [kind, values] of Object.entries(wrong(field)))
      kinds[`${name} ${kind}`] = fc
        .tuple(valid, values)
        .map(([fields, value]) => ({ ...fields, [name]: value }))
  return mapped(kinds, (fields) => fields.filter((each) => !isValid(schema, each)))
}

function unknownField(valid: Arbitrary<Fields>): Arbitrary<Fields> {
  const name = fc.oneof(
    fc.constantFrom('__proto__', 'constructor', 'toString', '', 'user_id', 'scopes', 'hash'),
    fc.string({ unit: 'binary', maxLength: 20 }),
  )
  return fc.tuple(valid, name, fc.jsonValue({ maxDepth: 1 })).map(([fields, key, value]) => ({
    ...fields,
    [key]: value,
  }))
}

export function mapped<Value, Result>(
  kinds: Kinds<Value>,
  change: (values: Arbitrary<Value>) => Arbitrary<Result>,
): Record<string, Arbitrary<Result>> {
  return Object.fromEntries(Object.entries(kinds).map(([kind, values]) => [kind, change(values)]))
}

function without(fields: Fields, name: string): Fields {
  const { [name]: _, ...rest } = fields
  return rest
}
