/** The `refuse` that the handler of an operation gets, and what a list makes of an error. */
import type { Mapping, Refusal, Refuse } from '#contract'
import { type Api, contract, type OperationId } from '../../generated/contract.ts'
import { mapper } from '../../src/contract/errors/refusal-mapping.ts'
import { type AnyRefuse, refuser } from '../../src/contract/errors/refuse.ts'

export function refuseOf<Id extends OperationId>(id: Id): Refuse<Api, Id> {
  return refuserOf(id) as unknown as Refuse<Api, Id>
}

export function mappedBy(
  id: OperationId,
  list: readonly Mapping<never>[],
  error: unknown,
): Refusal | undefined {
  const refuse = refuserOf(id)
  return mapper(id, refuse, list)(error, refuse)
}

function refuserOf(id: OperationId): AnyRefuse {
  const { [id]: operation } = contract.operations
  if (!operation) throw new Error(`openapi.yaml has no ${id}`)
  return refuser(id, operation)
}
