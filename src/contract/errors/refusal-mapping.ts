/** Maps what deeper code throws to the refusals of an operation: a list that the compiler checks. */
import type { ContractTypes, OperationId } from '../handler.ts'
import { Refusal } from './refusal.ts'
import type { AnyRefuse } from './refuse.ts'
import type { Refuse, RefuseOfAll, RefuseOfScheme, SchemesOf } from './refuse-types.ts'

type ErrorClass<E> = abstract new (...args: never[]) => E

/** An entry of a list. `R` is the `refuse` that it needs. */
export interface Mapping<R> {
  readonly errorClass: ErrorClass<unknown>
  readonly refusalFor: (error: never, refuse: R) => Refusal
}

/** The lists of the operations of a contract. An operation may have none. */
export type Refusals<C extends ContractTypes> = {
  readonly [Id in OperationId<C>]?: readonly Mapping<Refuse<C, Id>>[]
}

/** The lists of security schemes: what their checks throw, in the check or again in a handler. Each operation with the scheme must declare it. */
export type SecurityRefusals<C extends ContractTypes> = {
  readonly [Scheme in SchemesOf<C, OperationId<C>>]?: readonly Mapping<RefuseOfScheme<C, Scheme>>[]
}

/** The list for all operations of a contract. Each of them must declare what an entry refuses with. */
export type CommonRefusals<C extends ContractTypes> = readonly Mapping<RefuseOfAll<C>>[]

/**
 * An entry for the errors of a class and its subclasses. It does not compile in the list of an operation that does not declare the
 * status and the code. The first entry that fits counts. Without a `cause`, the error is the cause of the refusal, in the log only.
 *
 *     when(StaleVersion, (error, refuse: Can<412, 'precondition_failed'>) => refuse[412]('precondition_failed', error.message))
 */
export function when<E, R>(
  errorClass: ErrorClass<E>,
  refusalFor: (error: E, refuse: R) => Refusal,
): Mapping<R> {
  return { errorClass, refusalFor }
}

/** Returns the refusal of the first entry that fits, which gets `declared`, or undefined. Throws a `TypeError` if an entry returns anything else. */
export function mapper(
  id: string,
  refuse: AnyRefuse,
  mappings: readonly Mapping<never>[],
): (error: unknown, declared: AnyRefuse) => Refusal | undefined {
  return function mapped(error, declared) {
    const mapping = mappings.find(({ errorClass }) => error instanceof errorClass)
    if (!mapping) return undefined
    // The list is typed by the operation; the entry gets an error of its class.
    const refusal = mapping.refusalFor(error as never, declared as never)
    if (!Refusal.isMadeBy(refuse, refusal))
      throw new TypeError(`${id} mapped ${mapping.errorClass.name} to no refusal of its refuse`)
    return refusal.cause === undefined ? Refusal.changed(refusal, { cause: error }) : refusal
  }
}
