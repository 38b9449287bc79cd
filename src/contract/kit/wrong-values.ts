/** Makes values that are probably invalid: wrong types, wrong lengths, forbidden characters. `isValid` tells which are. */
import fc, { type Arbitrary } from 'fast-check'
import { hasDefault, type SchemaNode, type Schemas, typesOf } from './schemas.ts'
import { textOf } from './serialize.ts'
import type { ValueMaker } from './values.ts'

/** By the kind of fault. */
export type Kinds<Value> = Readonly<Record<string, Arbitrary<Value>>>

export interface WrongValues {
  /** For a parameter, a header, or a field of a form. */
  texts(schema: SchemaNode): Kinds<string>
  /** For JSON. */
  values(schema: SchemaNode): Kinds<unknown>
}

/** Characters with a special meaning in some syntax. */
const forbidden = ['\t', '\r\n', '\u001b', '\u007f', ' ', '/', '\\', '"', "'", '%', '..', 'é', '🦊']

export function wrongValues(schemas: Schemas, valuesOf: ValueMaker): WrongValues {
  return { texts, values: (schema) => values(schema, 0) }

  function texts(schema: SchemaNode): Kinds<string> {
    const all = schemas.alternatives(schema)
    const [first = {}] = all
    const { maxLength, minLength = 0, minimum = 0, maximum = 0, pattern, format } = first
    const types = new Set(all.flatMap(typesOf))
    const valid = valuesOf(schema).map(textOf)
    const inserted = (pieces: readonly string[]) =>
      fc.tuple(valid, fc.constantFrom(...pieces), fc.nat()).map(([text, piece, at]) => {
        const place = at % (text.length + 1)
        return text.slice(0, place) + piece + text.slice(place)
      })
    const numbers = [minimum - 1, maximum + 1, 1.5, 2 ** 53, -1, 'NaN', '0b1', '1_0', ''].map(
      String,
    )
    const other = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...numbers))
    const isAnyText = types.has('string') && !pattern && !format && !first.enum
    const isNumber = (types.has('integer') || types.has('number')) && !types.has('string')
    const kinds = {
      ...(isNumber && {
        'is infinite': fc.constantFrom('1e400', '-1e400', 'Infinity', '9'.repeat(400)),
        'is not a JSON number': notJsonNumber(schema),
      }),
      ...(maxLength !== undefined && maxLength < 100_000 && { 'is too long': tooLong(maxLength) }),
      ...(minLength > 1 &&
        minLength < 100_000 && { 'is too short': fc.constant('a'.repeat(minLength - 1)) }),
      ...(pattern !== undefined && { 'does not match its pattern': inserted(forbidden) }),
      ...(!isAnyText &&
        types.size > 0 && { 'is a different text': other, 'has a NUL': inserted(['\0']) }),
    }
    return mapped(kinds, (text) => text.map((each) => each.toWellFormed()))
  }

  /** A valid number in a syntax that JavaScript accepts and JSON does not. */
  function notJsonNumber(schema: SchemaNode): Arbitrary<string> {
    const ways = [
      (value: number) => `0x${value.toString(16)}`,
      (value: number) => `0b${value.toString(2)}`,
      (value: number) => `${value}.`,
      (value: number) => `0${value}`,
      (value: number) => `+${value}`,
      (value: number) => ` ${value}`,
      (value: number) => `${value}\n`,
    ]
    return fc
      .tuple(valuesOf(schema).map(Number), fc.constantFrom(...ways))
      .map(([value, way]) => way(value))
  }

  function values(schema: SchemaNode, depth: number): Kinds<unknown> {
    const all = schemas.alternatives(schema)
    const types = new Set(all.flatMap(typesOf))
    if (types.size === 0 && all.every((each) => !each.enum && each.const === undefined)) return {}
    return {
      'has a different type': unrelatedValues,
      ...(types.has('string') && texts(schema)),
      ...(types.has('array') && depth < 2 && lists(schema, depth)),
      ...(types.has('object') && depth < 2 && depth > 0 && objects(schema, depth)),
    }
  }

  function lists(schema: SchemaNode, depth: number): Kinds<unknown[]> {
    const [{ items = {}, maxItems = 100_000, minItems = 0, uniqueItems } = {}] = schemas
      .alternatives(schema)
      .filter((each) => typesOf(each).includes('array'))
    const one = valuesOf(items)
    return {
      ...(maxItems < 2000 && {
        'has too many elements': one.map((item) =>
          Array.from({ length: maxItems + 1 }, () => item),
        ),
      }),
      ...(minItems > 0 && { 'has too few elements': fc.constant([]) }),
      ...(uniqueItems && { 'has a duplicate': one.map((item) => [item, item]) }),
      ...mapped(values(items, depth + 1), (wrong) =>
        fc.tuple(one, wrong).map(([item, value]) => [item, value]),
      ),
    }
  }

  /** One of its fields is wrong. */
  function objects(schema: SchemaNode, depth: number): Kinds<unknown> {
    const valid = valuesOf(schema)
    const kinds: Record<string, Arbitrary<unknown>> = {}
    for (const { properties = {}, required = [] } of schemas.alternatives(schema).slice(0, 3)) {
      for (const name of required.filter((each) => !hasDefault(schemas, properties[each])))
        kinds[`lacks ${name}`] = valid.map((fields) => ({ ...Object(fields), [name]: undefined }))
      for (const [name, field] of Object.entries(properties))
        for (const [kind, wrong] of Object.entries(values(field, depth + 1)))
          kinds[`${name} ${kind}`] = fc
            .tuple(valid, wrong)
            .map(([fields, value]) => ({ ...Object(fields), [name]: value }))
    }
    return kinds
  }
}

/** By one or more characters. */
function tooLong(maxLength: number): Arbitrary<string> {
  return fc.constantFrom(1, 2, 100).map((more) => 'a'.repeat(maxLength + more))
}

const unrelatedValues: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 2 ** 53, 1.7e308, '', [], {}, [null], {
    toString: 1,
  }),
  fc.integer({ min: 1, max: 500 }).map((depth) => nested(depth)),
  fc.jsonValue({ maxDepth: 3 }),
)

function nested(depth: number): unknown {
  let value: unknown = 'x'
  for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { a: value }
  return value
}

export function mapped<Value, Result>(
  kinds: Kinds<Value>,
  change: (values: Arbitrary<Value>) => Arbitrary<Result>,
): Record<string, Arbitrary<Result>> {
  return Object.fromEntries(Object.entries(kinds).map(([kind, values]) => [kind, change(values)]))
}
