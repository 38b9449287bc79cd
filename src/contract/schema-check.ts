/** Checks single values against a schema of the contract, for callers outside a request. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { resolve } from './document.ts'
import type { Document, Schema } from './openapi.ts'

type SchemaObject = Exclude<Schema, { $ref: string }>

/** Returns what compiles the check of a schema, by its name. */
export function schemaChecks(document: Document): (name: string) => ValidateFunction {
  const ajv = formats.default(new Ajv2020({ strict: false }), { mode: 'full' })
  return (name) => ajv.compile(schemaOf(document, name))
}

export function schemaOf(document: Document, name: string): SchemaObject {
  return resolve<SchemaObject>(document, { $ref: `#/components/schemas/${name}` })
}
