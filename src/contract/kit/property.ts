/** Runs a property, and reports the smallest counterexample. */
import fc, { type Arbitrary } from 'fast-check'

export interface Search<Value> {
  readonly numRuns: number
  readonly seed: number
  /** The kind of the values, for the report. */
  readonly kind?: string
  /** Tested first. */
  readonly examples?: readonly Value[]
}

/** Throws the error of `holds` for the smallest counterexample. Returns how many values were tested: `holds` may skip some with `fc.pre`. */
export async function checkProperty<Value>(
  values: Arbitrary<Value>,
  holds: (value: Value) => Promise<void>,
  { kind = '', numRuns, seed, examples = [] }: Search<Value>,
): Promise<number> {
  const result = await fc.check(fc.asyncProperty(values, holds), {
    seed,
    numRuns: numRuns + examples.length,
    examples: examples.map((example): [Value] => [example]),
    maxSkipsPerRun: 20,
  })
  const { failed, errorInstance, numShrinks, interrupted } = result
  if (!failed || errorInstance === null || interrupted) return result.numRuns
  const reason = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
  const search = `after ${numShrinks} shrinking steps; repeat with seed ${seed}, runs ${numRuns}`
  throw failure(`${kind && `${kind}: `}${reason}\n\n(${search})`)
}

/** Without the stack: the place in the kit tells nothing. */
export function failure(message: string): Error {
  const error = new Error(message)
  error.stack = `Error: ${message}`
  return error
}
