/** Validates values by JSON Schema (ajv), and splits schemas with conditions. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { Schema } from './operations.ts'

const ajv = formats.default(new Ajv2020({ strict: false, allErrors: true }), { mode: 'full' })
const compiled = new WeakMap<Schema, ValidateFunction>()

/** The faults of a value. Empty if it is valid. */
export function faultsOf(schema: Schema, value: unknown): string[] {
  const validate = compiled.get(schema) ?? ajv.compile(schema)
  compiled.set(schema, validate)
  if (validate(value)) return []
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}

export const isValid = (schema: Schema, value: unknown): boolean =>
  faultsOf(schema, value).length === 0

/** Parameters and headers are texts: an integer is valid in decimal, without leading zeros. */
export function isValidText(schema: Schema, text: string): boolean {
  if (isValid(schema, text)) return true
  const isInteger = typesOf(schema).includes('integer') && /^-?(0|[1-9]\d*)$/.test(text)
  return isInteger && isValid(schema, Number(text))
}

export function typesOf({ type = [], properties }: Schema): readonly string[] {
  if (type.length === 0 && properties) return ['object']
  return typeof type === 'string' ? [type] : type
}

/** The alternatives of `if`, `then` and `else`. A value generated from one must still be validated by the original schema. */
export function alternatives({ if: condition, then, else: otherwise, ...rest }: Schema): Schema[] {
  if (!condition) return [rest]
  return [
    ...alternatives(both(both(rest, condition), then ?? {})),
    ...alternatives(both(rest, otherwise ?? {})),
  ]
}

function both(one: Schema, other: Schema): Schema {
  const properties = { ...one.properties }
  for (const [name, schema] of Object.entries(other.properties ?? {}))
    properties[name] = both(properties[name] ?? {}, schema)
  const required = [...new Set([...(one.required ?? []), ...(other.required ?? [])])]
  return {
    ...one,
    ...other,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  }
}

const closedSchemas = new WeakMap<Schema, Schema>()

/** The contract allows additional properties, so that clients accept new ones; a response must not have any. */
export function closed(schema: Schema): Schema {
  const found = closedSchemas.get(schema)
  if (found) return found
  const made = {
    ...schema,
    ...(schema.items && { items: closed(schema.items) }),
    ...(schema.properties && {
      properties: Object.fromEntries(
        Object.entries(schema.properties).map(([name, each]) => [name, closed(each)]),
      ),
      additionalProperties: false,
    }),
  }
  closedSchemas.set(schema, made)
  return made
}
