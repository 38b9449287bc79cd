/** Generates values that a schema allows: its examples, its limits, and values in between. */
import fc, { type Arbitrary } from 'fast-check'
import type { Schema } from './operations.ts'
import { alternatives, isValid, typesOf } from './schemas.ts'

/** Values that exist on the server, by names of fields and parameters. */
export type Familiar = (name: string) => Arbitrary<string> | undefined

const nothingFamiliar: Familiar = () => undefined
const defaultMaxItems = 6

export function validValue(schema: Schema, familiar = nothingFamiliar): Arbitrary<unknown> {
  const made = alternatives(schema).map((each) => unconditional(each, familiar))
  return fc.oneof(...made).filter((value) => isValid(schema, value))
}

/** Text that a schema allows, for a parameter. */
export const validText = (schema: Schema): Arbitrary<string> => validValue(schema).map(String)

function unconditional(schema: Schema, familiar: Familiar): Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const made = fc.oneof(...typesOf(schema).map((type) => typed(type, schema, familiar)))
  const { examples = [] } = schema
  if (examples.length === 0) return made
  return fc.oneof({ arbitrary: made, weight: 3 }, fc.constantFrom(...examples))
}

function typed(type: string, schema: Schema, familiar: Familiar): Arbitrary<unknown> {
  if (type === 'null') return fc.constant(null)
  if (type === 'boolean') return fc.boolean()
  if (type === 'integer') return integer(schema)
  if (type === 'string') return string(schema)
  if (type === 'array') return array(schema)
  if (type === 'object') return object(schema, familiar)
  throw new Error(`no values of the type ${type}`)
}

function integer({ minimum = -(2 ** 31), maximum = 2 ** 31 - 1 }: Schema): Arbitrary<number> {
  return fc.integer({ min: minimum, max: maximum })
}

function array({
  items = {},
  maxItems = defaultMaxItems,
  uniqueItems,
}: Schema): Arbitrary<unknown[]> {
  const maxLength = Math.min(maxItems, defaultMaxItems)
  const made = uniqueItems
    ? fc.uniqueArray(validValue(items), { maxLength })
    : fc.array(validValue(items), { maxLength })
  return fc.oneof(made, fc.subarray([...(items.examples ?? [])]))
}

function object({ properties = {}, required = [] }: Schema, familiar: Familiar): Arbitrary<object> {
  const fields = Object.entries(properties).map(([name, schema]) => [
    name,
    familiar(name) ?? validValue(schema),
  ])
  return fc.record<Record<string, unknown>>(Object.fromEntries(fields), {
    requiredKeys: [...required],
  })
}

function string(schema: Schema): Arbitrary<string> {
  const { format, pattern, minLength = 0, maxLength = 100 } = schema
  if (format === 'email') return fc.emailAddress()
  if (format === 'date-time') return dateTime
  const plain = pattern
    ? fc.stringMatching(new RegExp(pattern, 'u'), { maxLength: Math.min(maxLength, 60) })
    : fc.string({ maxLength: Math.min(maxLength, 60) })
  const length = fc.constantFrom(minLength, maxLength, undefined)
  return fc.tuple(plain, oddText, length).map(([text, odd, wanted]) => {
    // The first candidate that the schema allows: a filter would never end if the pattern excludes odd text.
    const candidates = [stretched(odd, wanted ?? minLength), stretched(text, wanted ?? minLength)]
    return candidates.find((candidate) => isValid(schema, candidate)) ?? text
  })
}

/** Empty or any Unicode text. */
const oddText = fc.oneof(
  fc.constant(''),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
)

/** Repeats or cuts the text to the length in characters. */
function stretched(text: string, length: number): string {
  const characters = [...text]
  if (characters.length === 0 || length === 0) return text
  if (characters.length >= length) return characters.slice(0, length).join('')
  return [...text.repeat(Math.ceil(length / characters.length))].slice(0, length).join('')
}

/** RFC 3339 allows forms that programs rarely write, such as offsets and fractions. */
const dateTime: Arbitrary<string> = fc
  .tuple(
    fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    }),
    fc.constantFrom('Z', 'z', '+00:00', '-11:30', '+14:00'),
    fc.constantFrom('', '.1', '.123456789'),
  )
  .map(([date, offset, fraction]) => `${date.toISOString().slice(0, 19)}${fraction}${offset}`)
