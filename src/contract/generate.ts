/** Generates TypeScript types, the operation table and JSON from a contract. */
import { posix } from 'node:path'
import { digestOf } from './document/digest.ts'
import type { Document } from './document/openapi.ts'
import { operationTable } from './document/operation-table.ts'
import { apiTypes } from './generate/api-types.ts'
import type { ContractFile } from './generate/contract-files.ts'
import { readContract } from './generate/read-contract.ts'

export const banner = '// Generated from the contract by @tessera-oauth/contract. Do not edit.\n\n'

export interface GenerateOptions {
  /** What the generated file imports this package as. */
  readonly library: string
  /** The path of the contract, relative to the folder of the generated files. */
  readonly source: string
}

/**
 * Returns the contents of the generated files by name:
 * - `contract.ts`: the contract as a value, and the types of its handlers
 * - `api.ts`: the types of all schemas, parameters, bodies, headers and statuses, by openapi-typescript
 * - `openapi.json`: the contract as JSON, with what it refers to in other files
 *
 * Throws a `ContractError` that lists all faults of the contract, with file, line and column.
 */
export async function generatedFiles(
  contract: URL,
  options: GenerateOptions,
): Promise<Record<string, string>> {
  const { document, files } = readContract(contract)
  return {
    'contract.ts': banner + contractModule(document, digestsOf(contract, files, options), options),
    'api.ts': banner + (await apiTypes(document)),
    'openapi.json': `${JSON.stringify(document, null, 2)}\n`,
  }
}

/** By the paths of the files, as the runtime finds them. */
function digestsOf(
  contract: URL,
  files: readonly ContractFile[],
  { source }: GenerateOptions,
): Record<string, string> {
  const folder = new URL('./', contract).pathname
  const entries = files.map(({ source: { url, text }, packageFile }) => {
    const path = posix.join(posix.dirname(source), posix.relative(folder, url.pathname))
    const relative = path.startsWith('.') ? path : `./${path}`
    return [packageFile ?? relative, digestOf(text)]
  })
  return Object.fromEntries(entries)
}

function contractModule(
  document: Document,
  digests: Readonly<Record<string, string>>,
  { library }: GenerateOptions,
): string {
  return `import {
  type Contract,
  generatedContract,
  type Handler as HandlerOf,
  type Handlers as HandlersOf,
} from '${library}'
import type { operations } from './api.ts'
import document from './openapi.json' with { type: 'json' }

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
