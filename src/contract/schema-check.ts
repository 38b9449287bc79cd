/** Checks values outside a request against the schemas of the contract. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { resolve } from './document.ts'
import type { Document, Schema } from './openapi.ts'

type SchemaObject = Exclude<Schema, { $ref: string }>

/** Returns a function that compiles the check of a named schema. */
export function schemaChecks(document: Document): (name: string) => ValidateFunction {
  const ajv = formats.default(new Ajv2020({ strict: false }), { mode: 'full' })
  return (name) => ajv.compile(schemaOf(document, name))
}

/** The schema of this name. Throws a `ContractError` if there is none. */
export function schemaOf(document: Document, name: string): SchemaObject {
  return resolve<SchemaObject>(document, { $ref: `#/components/schemas/${name}` })
}
