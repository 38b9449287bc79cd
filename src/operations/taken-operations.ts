/** Which handlers serve the contract of a product: its own, and the built-in ones for the operations that it takes over unchanged. */
import { type Contract, ContractError, type Mapping } from '#contract'
import { contract as builtIn } from '../../generated/contract.ts'
import type { Services } from '../services.ts'
import { operations } from './index.ts'
import { firstDifference, resolved } from './operation-difference.ts'
import { refusals, refusalsOfOthers } from './refusals.ts'

type Mappings = readonly Mapping<never>[]

const builtInRefusals: Readonly<Record<string, Mappings | undefined>> = refusals

/** What the responses of a built-in handler name, so that it must exist. */
const companions: Readonly<Record<string, readonly string[]>> = {
  readServerMetadata: ['issueToken', 'revokeToken', 'introspectToken', 'readJwks'],
  readOpenidConfiguration: ['issueToken', 'revokeToken', 'introspectToken', 'readJwks'],
  readResourceMetadata: ['readServerMetadata'],
}

/**
 * The handlers of all operations, what errors mean, by operation, and which operations have built-in handlers. Throws a
 * `ContractError` if one of these differs from what its handler serves.
 */
export function takenOperations(services: Services) {
  const { contract, product } = services
  const own = product.handlers(services)
  const ownIds = new Set(Object.keys(own))
  const known: Readonly<Record<string, unknown>> = operations(services)
  const ids = Object.keys(contract.operations)
  const taken = ids.filter((id) => !ownIds.has(id) && Object.hasOwn(known, id))
  const faults = taken.flatMap((id) => [...changeOf(contract, id), ...missing(contract, id)])
  if (faults.length > 0) throw new ContractError(faults.join('\n'))
  const handlers = Object.fromEntries(taken.map((id) => [id, known[id]]))
  const lists = ids.map((id): [string, Mappings] => [
    id,
    ownIds.has(id)
      ? [...(product.refusals[id] ?? []), ...refusalsOfOthers]
      : (builtInRefusals[id] ?? []),
  ])
  return { handlers: { ...handlers, ...own }, refusals: Object.fromEntries(lists), taken }
}

function missing({ operations: given }: Contract, id: string): string[] {
  const challenges = given[id]?.security.some((schemes) => 'OAuth2' in schemes)
  const needed = [...(companions[id] ?? []), ...(challenges ? ['readResourceMetadata'] : [])]
  return needed
    .filter((other) => !(other in given))
    .map((other) => `the responses of ${id} name ${other}, which the contract does not have`)
}

/** Its scopes may differ, and all that is for readers. */
function changeOf(given: Contract, id: string): string[] {
  if (given === builtIn) return []
  const difference = firstDifference(
    [partsOf(given, id), given.document],
    [partsOf(builtIn, id), builtIn.document],
  )
  if (difference === undefined) return []
  const { place, text } = difference
  return [
    `the operation ${id} differs from the one that the built-in handler serves: ${place.join('/')} ${text}; take it over unchanged, or give it a handler`,
  ]
}

function partsOf({ document, operations: table }: Contract, id: string): unknown {
  const entry = table[id]
  const operation = entry && document.paths[entry.path]?.[entry.method]
  if (!entry || !operation) return undefined
  const { path, method, security } = entry
  const { requestBody, responses, parameters = [] } = operation
  const { parameters: common = [] } = document.paths[path] ?? {}
  const all = [...common, ...parameters].map((each) => resolved(document, { ...each }))
  return {
    path,
    method,
    security: [...new Set(security.map((schemes) => Object.keys(schemes).sort().join(' ')))].sort(),
    parameters: Object.fromEntries(all.map((each) => [`${each.in} ${each.name}`, each])),
    requestBody,
    responses,
  }
}
