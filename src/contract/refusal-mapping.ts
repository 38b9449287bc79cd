/** Maps what deeper code throws to the refusals of an operation: a list that the compiler checks. */
import type { Refusal } from './refusal.ts'
import { type AnyRefuse, isRefusalOf } from './refuse.ts'

type ErrorClass<E> = abstract new (...args: never[]) => E

/** An entry of a list. `R` is the `refuse` that it needs. */
export interface Mapping<R> {
  readonly errorClass: ErrorClass<unknown>
  readonly refusalFor: (error: never, refuse: R) => Refusal
}

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

/** Returns the refusal of the first entry that fits, or undefined. Throws a `TypeError` if an entry returns anything else. */
export function mapper(
  id: string,
  refuse: AnyRefuse,
  mappings: readonly Mapping<never>[],
): (error: unknown) => Refusal | undefined {
  return function mapped(error) {
    const mapping = mappings.find(({ errorClass }) => error instanceof errorClass)
    if (!mapping) return undefined
    // The list is typed by the operation; the entry gets an error of its class.
    const refusal = mapping.refusalFor(error as never, refuse as never)
    if (!isRefusalOf(refuse, refusal))
      throw new TypeError(`${id} mapped ${mapping.errorClass.name} to no refusal of its refuse`)
    refusal.cause ??= error
    return refusal
  }
}
