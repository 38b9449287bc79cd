/** Generates TypeScript types, the operation table and JSON from a contract. */
import { readFileSync } from 'node:fs'
import openapiTypeScript, { astToString } from 'openapi-typescript'
import { parse } from 'yaml'
import type { Document } from './openapi.ts'
import { operationTable } from './operation-table.ts'
import { digestOf } from './source.ts'

export const banner = '// Generated from openapi.yaml by `npm run generate`. Do not edit.\n\n'

/**
 * Returns the contents of the generated files by name:
 * - `api.ts`: the types of all schemas, parameters, bodies, headers and statuses, by openapi-typescript
 * - `operations.ts`: the operation table, and the digest of the contract
 * - `openapi.json`: the contract as JSON
 */
export async function generatedFiles(contract: URL): Promise<Record<string, string>> {
  const text = readFileSync(contract, 'utf8')
  const document: Document = parse(text)
  return {
    'api.ts': banner + (await apiTypes(contract)),
    'operations.ts': banner + operations(document, digestOf(text)),
    'openapi.json': `${JSON.stringify(document, null, 2)}\n`,
  }
}

async function apiTypes(contract: URL): Promise<string> {
  const options = { rootTypes: true, rootTypesNoSchemaPrefix: true }
  return astToString(await openapiTypeScript(contract, options))
}

function operations(document: Document, digest: string): string {
  const table = JSON.stringify(operationTable(document), null, 2)
  const flat = table.replace(/\[[^[\]{}]*\]/g, (list) => list.replace(/\s+/g, ' '))
  return `export const contractDigest = '${digest}'\n\nexport const operationTable = ${flat} as const\n`
}
