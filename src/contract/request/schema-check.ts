/** Checks values outside a request against the schemas of the contract. */
import { resolve } from '../document/document.ts'
import type { Document, Schema } from '../document/openapi.ts'
import { compareItemsOnce } from './unique-items.ts'

type SchemaObject = Exclude<Schema, { $ref: string }>

/** Resolves to a function that compiles the check of a named schema. The validator is loaded at the first call. */
export async function schemaChecks(
  document: Document,
): Promise<(name: string) => (value: unknown) => boolean> {
  const [{ Ajv2020 }, formats] = await Promise.all([
    import('ajv/dist/2020.js'),
    import('ajv-formats'),
  ])
  const ajv = formats.default.default(
    new Ajv2020({ strict: false, logger: false, ownProperties: true }),
    {
      mode: 'full',
    },
  )
  compareItemsOnce(ajv)
  return (name) => {
    const validate = ajv.compile(schemaOf(document, name))
    return (value) => validate(value) === true
  }
}

/** The schema of this name. Throws a `ContractError` if there is none. */
export function schemaOf(document: Document, name: string): SchemaObject {
  return resolve<SchemaObject>(document, { $ref: `#/components/schemas/${name}` })
}
