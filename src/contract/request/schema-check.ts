/** Checks values outside a request against the schemas of the contract. */
import { createRequire } from 'node:module'
import type * as ajvPackage from 'ajv/dist/2020.js'
import type { Ajv2020, Options } from 'ajv/dist/2020.js'
import type formatsPackage from 'ajv-formats'
import { componentsOf, resolve } from '../document/document.ts'
import type { Document, Schema } from '../document/openapi.ts'
import { compareItemsOnce } from './unique-items.ts'

/** Resolves to a function that compiles the check of a named schema. The validator is loaded at the first call. */
export async function schemaChecks(
  document: Document,
): Promise<(name: string) => (value: unknown) => boolean> {
  const { ajv } = newAjv()
  return (name) => {
    const schema = schemaOf(document, name)
    const components = componentsOf(document, 'schema', schema)
    const validate = ajv.compile({ ...schema, components })
    return (value) => validate(value) === true
  }
}

/** The schema of this name. Throws a `ContractError` if there is none. */
export function schemaOf(document: Document, name: string): Schema {
  return resolve<Schema>(document, { $ref: `#/components/schemas/${name}` })
}

/** Loaded with the first contract that is served: a program that only names a contract does not need it. */
const load = createRequire(import.meta.url)

/** A validator for the schemas of a contract, which were checked when the contract was read; `_` is of its package. */
export function newAjv(options: Options = {}): { ajv: Ajv2020; _: (typeof ajvPackage)['_'] } {
  const { _, Ajv2020 }: typeof ajvPackage = load('ajv/dist/2020.js')
  const formats: typeof formatsPackage = load('ajv-formats')
  // Without `ownProperties`, it takes what every object inherits, such as `constructor`, for a property.
  const common = {
    strict: false,
    validateSchema: false,
    logger: false,
    ownProperties: true,
  } as const
  const ajv = formats.default(new Ajv2020({ ...common, ...options }))
  compareItemsOnce(ajv)
  return { ajv, _ }
}
