/** Reads the contract, and checks at start that the server implements all of it. */

import { documentFaults } from './checks/check-document.ts'
import { basePathsOf } from './document/base-paths.ts'
import { requireNoFaults } from './document/contract-fault.ts'
import { staleSource } from './document/digest.ts'
import { ContractError, resolve } from './document/document.ts'
import type { Document, SecurityScheme } from './document/openapi.ts'
import { upgraded } from './document/openapi-30.ts'
import { withOperationIds } from './document/operation-names.ts'
import { type OperationTable, operationTable } from './document/operation-table.ts'
import { ownValue } from './document/own-value.ts'
import { errorFaults } from './errors/declared-errors.ts'
import type { ErrorFormat } from './errors/error-format.ts'
import { formatGaps } from './errors/response-formats.ts'
import type { ContractTypes } from './handler.ts'
import type { AnyChecks } from './routing/security.ts'

/** `C` are the types of the contract, which no value has. */
export interface Contract<C extends ContractTypes = ContractTypes> {
  readonly document: Document
  readonly operations: OperationTable
  /** The paths of its servers, `/` for the root: `app.use(contract.basePaths, serve(contract, …))`. */
  readonly basePaths: string[]
  readonly types?: C
}

/** What `generate` writes. */
export interface GeneratedContract {
  /** The contract, or its JSON as a text. */
  readonly document: object | string
  /** The folder of the generated files. */
  readonly folder: URL
  /**
   * The digests of the files that they were generated from, by paths relative to the folder. Files of packages begin with the name of
   * the package. Files may be absent: an installed program need not have them.
   */
  readonly sources: Readonly<Record<string, string>>
}

/** A contract that is read when it is first used, once. Reading throws a `ContractError` if the source has changed since `generate`. */
export function generatedContract<C extends ContractTypes>(
  generated: GeneratedContract,
): Contract<C> {
  let read: Contract | undefined
  const contract = () => {
    read ??= readContract(generated)
    return read
  }
  return {
    get document() {
      return contract().document
    },
    get operations() {
      return contract().operations
    },
    get basePaths() {
      return contract().basePaths
    },
  }
}

function readContract({ document, folder, sources }: GeneratedContract): Contract {
  const stale = staleSource(folder, sources)
  if (stale !== undefined)
    throw new ContractError(`${stale} has changed since generate: run generate again`)
  const read: unknown = typeof document === 'string' ? JSON.parse(document) : document
  if (!isDocument(read)) throw new ContractError('openapi.json is not a contract')
  return contractOf(read)
}

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && 'openapi' in value && 'paths' in value
}

/** A contract of a document whose types the caller names. Throws a `ContractError` that lists everything that is wrong with it. */
export function contractOf<C extends ContractTypes>(document: Document): Contract<C> {
  const current = upgraded(document)
  requireNoFaults(documentFaults(current))
  const named = withOperationIds(current)
  return {
    document: named,
    operations: operationTable(named),
    basePaths: basePathsOf(named.servers),
  }
}

/** What a server provides for a contract. */
export interface Implementation {
  /** One for each operation, by operationId. */
  readonly handlers: Readonly<Record<string, unknown>>
  /** One for each security scheme, by name. */
  readonly security: AnyChecks
  /** One for each schema of errors. */
  readonly errors: readonly ErrorFormat[]
}

/** Throws a `ContractError` that lists each difference between the contract and the implementation. */
export function assertComplete(
  contract: Contract,
  { handlers, security, errors }: Implementation,
): void {
  const { document, operations } = contract
  const gaps = [
    ...handlerGaps(operations, handlers),
    ...schemeGaps(document, security),
    ...errorGaps(contract, errors),
  ]
  // Errors can be made only where each has a format.
  const all = gaps.length > 0 ? gaps : errorFaults(contract, errors)
  if (all.length > 0)
    throw new ContractError(`the contract and the server differ: ${all.join('; ')}`)
}

function handlerGaps(operations: OperationTable, handlers: Implementation['handlers']): string[] {
  const missing = Object.keys(operations).filter(
    (id) => typeof ownValue(handlers, id) !== 'function',
  )
  const unknown = Object.keys(handlers).filter((id) => !Object.hasOwn(operations, id))
  return [
    ...missing.map((id) => `the operation ${id} has no handler`),
    ...unknown.map((id) => `the handler ${id} has no operation`),
  ]
}

function schemeGaps(document: Document, checks: AnyChecks): string[] {
  return Object.keys(document.components?.securitySchemes ?? {})
    .filter((scheme) => !Object.hasOwn(checks, scheme))
    .map((scheme) => `the security scheme ${scheme} has no check`)
}

function errorGaps({ document, operations }: Contract, formats: readonly ErrorFormat[]): string[] {
  return Object.entries(operations).flatMap(([id, operation]) => {
    const { errors } = operation
    if (errors === undefined) return formatGaps(document, id, operation, formats)
    const isKnown = formats.some(({ schema }) => schema === errors)
    return isKnown ? [] : [`${id} has errors of the schema ${errors}, which has no error format`]
  })
}

/** The scopes that a security scheme declares. */
export function scopesOf(document: Document, scheme: string): readonly string[] {
  const declared = document.components?.securitySchemes?.[scheme]
  const { flows = {} } = declared ? resolve<SecurityScheme>(document, declared) : {}
  return Object.values(flows).flatMap(({ scopes }) => Object.keys(scopes))
}
