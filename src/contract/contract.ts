/** The contract that a server is made from, and the checks that it is whole before the first request. */
import { readFileSync } from 'node:fs'
import { contractDigest } from '../../generated/operations.ts'
import { ContractFault, type Document, references, resolve } from './document.ts'
import { type OperationTable, operationTable } from './operation-table.ts'
import { contractFile, digestOf, generatedFolder } from './source.ts'
import type { SecurityChecks } from './validator.ts'

export interface Contract {
  readonly document: Document
  readonly operations: OperationTable
}

let contract: Contract | undefined

/**
 * What `npm run generate` has made of `openapi.yaml`, read once in a process: its JSON is read a hundred times faster than YAML.
 * Throws where `openapi.yaml` has changed since.
 */
export function readContract(): Contract {
  contract ??= freshContract()
  return contract
}

function freshContract(): Contract {
  if (digestOf(readFileSync(contractFile, 'utf8')) !== contractDigest) {
    throw new ContractFault('generated/ is older than openapi.yaml: run npm run generate')
  }
  return contractOf(JSON.parse(readFileSync(new URL('openapi.json', generatedFolder), 'utf8')))
}

/** Throws where a reference leads nowhere, or the contract says what cannot be kept. */
export function contractOf(document: Document): Contract {
  for (const $ref of references(document)) resolve(document, { $ref })
  return { document, operations: operationTable(document) }
}

/** Throws, naming each gap: without a check for its scheme, express-openapi-validator lets everyone in. */
export function assertWhole(
  { document, operations }: Contract,
  handlers: Readonly<Record<string, unknown>>,
  checks: SecurityChecks,
): void {
  const gaps = [
    ...handlerGaps(operations, handlers),
    ...schemeGaps(document, operations, checks),
    ...scopeGaps(document, operations),
  ]
  if (gaps.length > 0)
    throw new ContractFault(`the contract and the server differ: ${gaps.join('; ')}`)
}

function handlerGaps(
  operations: OperationTable,
  handlers: Readonly<Record<string, unknown>>,
): string[] {
  const missing = Object.keys(operations).filter((id) => typeof handlers[id] !== 'function')
  const unknown = Object.keys(handlers).filter((id) => !(id in operations))
  return [
    ...missing.map((id) => `the operation ${id} has no handler`),
    ...unknown.map((id) => `the handler ${id} has no operation`),
  ]
}

function schemeGaps(
  document: Document,
  operations: OperationTable,
  checks: SecurityChecks,
): string[] {
  const declared = Object.keys(document.components?.securitySchemes ?? {})
  const used = Object.values(operations).flatMap(({ security }) => security.flatMap(Object.keys))
  return [...new Set([...declared, ...used])].flatMap((scheme) => [
    ...(declared.includes(scheme) ? [] : [`the security scheme ${scheme} is not declared`]),
    ...(scheme in checks ? [] : [`the security scheme ${scheme} has no check`]),
  ])
}

function scopeGaps(document: Document, operations: OperationTable): string[] {
  return Object.entries(operations).flatMap(([id, { security }]) =>
    security.flatMap((schemes) =>
      Object.entries(schemes).flatMap(([scheme, scopes]) =>
        scopes
          .filter((scope) => !scopesOf(document, scheme).includes(scope))
          .map((scope) => `${id} requires ${scope}, which ${scheme} does not declare`),
      ),
    ),
  )
}

/** The scopes that an OAuth2 scheme of the contract declares. */
export function scopesOf(document: Document, scheme: string): readonly string[] {
  const declared = document.components?.securitySchemes?.[scheme]
  if (!declared || !('type' in declared) || declared.type !== 'oauth2') return []
  return Object.values(declared.flows).flatMap((flow) => Object.keys(flow?.scopes ?? {}))
}
