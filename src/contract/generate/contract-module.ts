/** The module of a contract: its value, and the types of its handlers. */
import type { Document } from '../document/openapi.ts'
import { operationTable } from '../document/operation-table.ts'

/**
 * Returns the text of the module, without its banner.
 *
 * @param digests those of the sources, by their paths
 * @param imported the name of the file with the document
 */
export function contractModule(
  document: Document,
  digests: Readonly<Record<string, string>>,
  library: string,
  imported: string,
): string {
  return `import {
  type Contract,
  generatedContract,
  type Handler as HandlerOf,
  type Handlers as HandlersOf,
} from '${library}'
import type { operations } from './api.ts'
import document from './${imported}' with { type: 'json' }

export const contract: Contract<Api> = generatedContract({
  document,
  folder: new URL('./', import.meta.url),
  sources: ${JSON.stringify(digests, null, 4).replace(/\n(?=\})/, '\n  ')},
})

/** The types of this contract. */
export interface Api {
  readonly operations: operations
  readonly table: OperationTable
  readonly schemes: keyof Principals
}

export type OperationId = keyof OperationTable

/** The handler of an operation. \`P\` has what the security check of each scheme returns. */
export type Handler<Id extends OperationId, P extends Principals = Principals> = HandlerOf<
  Api,
  Id,
  P
>

/** One handler for each operation. */
export type Handlers<P extends Principals = Principals> = HandlersOf<Api, P>

/** The security schemes. */
${principalsType(document)}
/** What is in the contract and not in the types of openapi-typescript. */
${tableType(document)}`
}

function principalsType({ components = {} }: Document): string {
  const schemes = Object.keys(components.securitySchemes ?? {})
  const fields = schemes.map((scheme) => `  readonly ${JSON.stringify(scheme)}: unknown\n`)
  return `export interface Principals {\n${fields.join('')}}\n`
}

/** The operation table as a type: JSON is TypeScript's notation for the types of literals. */
export function tableType(document: Document): string {
  const table = JSON.stringify(operationTable(document), null, 2)
  const flat = table.replace(/\[[^[\]{}]*\]/g, (list) => list.replace(/\s+/g, ' '))
  return `interface OperationTable ${flat}\n`
}
