/** Finds documents that are not of OpenAPI 3.0 or 3.1. */
import type { ContractFault } from '../document/contract-fault.ts'

export function versionFault(document: object): ContractFault | undefined {
  const { openapi, swagger }: { openapi?: unknown; swagger?: unknown } = document
  if (swagger !== undefined)
    return { pointer: '/swagger', text: `is of Swagger ${swagger}: convert it to OpenAPI 3.1` }
  if (openapi === undefined)
    return { pointer: '', text: 'is not an OpenAPI document: it has no field openapi' }
  const version = versionOf(openapi)
  if (/^3\.[01](\.\d+)?(-.+)?$/.test(version)) return undefined
  return { pointer: '/openapi', text: `is of OpenAPI ${version}: use 3.0 or 3.1` }
}

/** The version may be a number, as in `openapi: 3.1`. YAML reads `3.0` as 3. */
export function versionOf(openapi: unknown): string {
  return typeof openapi === 'number' ? openapi.toFixed(1) : String(openapi)
}
