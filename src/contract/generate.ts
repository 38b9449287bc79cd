/** Generates TypeScript types, the operation table and JSON from a contract. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { apiTypes } from './api-types.ts'
import { digestOf } from './digest.ts'
import type { Document } from './openapi.ts'
import { upgraded } from './openapi-30.ts'
import { withOperationIds } from './operation-names.ts'
import { operationTable } from './operation-table.ts'

export const banner = '// Generated from openapi.yaml by `npm run generate`. Do not edit.\n\n'

export interface GenerateOptions {
  /** What the generated file imports `contractIn` from, as written there. */
  readonly library: string
  /** The path of the contract, relative to the folder of the generated files. */
  readonly source: string
}

/**
 * Returns the contents of the generated files by name:
 * - `contract.ts`: the contract as a value, with its types for handlers
 * - `api.ts`: the types of all schemas, parameters, bodies, headers and statuses, by openapi-typescript
 * - `openapi.json`: the contract as JSON
 */
export async function generatedFiles(
  contract: URL,
  options: GenerateOptions,
): Promise<Record<string, string>> {
  const text = readFileSync(contract, 'utf8')
  const document = withOperationIds(upgraded(parse(text)))
  return {
    'contract.ts': banner + contractModule(document, digestOf(text), options),
    'api.ts': banner + (await apiTypes(document)),
    'openapi.json': `${JSON.stringify(document, null, 2)}\n`,
  }
}

function contractModule(
  document: Document,
  digest: string,
  { library, source }: GenerateOptions,
): string {
  return `import { type Contract, contractIn } from '${library}'
import type { operations } from './api.ts'

export const contract: Contract<Api> = contractIn({
  json: new URL('openapi.json', import.meta.url),
  source: new URL('${source}', import.meta.url),
  digest: '${digest}',
})

/** The types of this contract. */
export interface Api {
  readonly operations: operations
  readonly table: OperationTable
}

/** What is in the contract and not in the types of openapi-typescript. */
${tableType(document)}`
}

/** The operation table as a type: JSON is TypeScript's notation for the types of literals. */
export function tableType(document: Document): string {
  const table = JSON.stringify(operationTable(document), null, 2)
  const flat = table.replace(/\[[^[\]{}]*\]/g, (list) => list.replace(/\s+/g, ' '))
  return `interface OperationTable ${flat}\n`
}
