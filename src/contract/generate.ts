/** Generates TypeScript types, the operation table and JSON from a contract. */
import { posix } from 'node:path'
import { digestOf } from './document/digest.ts'
import { apiTypes } from './generate/api-types.ts'
import type { ContractFile } from './generate/contract-files.ts'
import { contractModule } from './generate/contract-module.ts'
import { readContract } from './generate/read-contract.ts'

export const banner = '// Generated from the contract by @tessera-oauth/contract. Do not edit.\n\n'

/** In characters. TypeScript makes a type of every value in an imported JSON file: of a text it makes one. */
const maxTypedJson = 1_000_000

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
 * - `openapi.text.json`, of a contract of more than a megabyte: the same as one text, which `contract.ts` imports instead
 *
 * Throws a `ContractError` that lists all faults of the contract, with file, line and column.
 */
export async function generatedFiles(
  contract: URL,
  options: GenerateOptions,
): Promise<Record<string, string>> {
  const { document, files } = readContract(contract)
  const json = `${JSON.stringify(document, null, 2)}\n`
  const isLarge = json.length > maxTypedJson
  const imported = isLarge ? 'openapi.text.json' : 'openapi.json'
  const digests = digestsOf(contract, files, options)
  return {
    'contract.ts': banner + contractModule(document, digests, options.library, imported),
    'api.ts': banner + (await apiTypes(document)),
    'openapi.json': json,
    ...(isLarge && { [imported]: `${JSON.stringify(JSON.stringify(document))}\n` }),
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
