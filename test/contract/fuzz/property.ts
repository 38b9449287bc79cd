/** Runs a property as often as the environment says, and reports the smallest request that breaks it so that it can be sent again. */
import fc, { type Arbitrary } from 'fast-check'
import type { Check } from './checks.ts'
import type { Sent } from './visitors.ts'

const { FUZZ_RUNS = '20', FUZZ_SEED = '1' } = process.env
/** How many requests of each kind an operation gets. */
export const runs = Number(FUZZ_RUNS)
const seed = Number(FUZZ_SEED)

/** Long enough for a slow machine. */
export const timeout = 60_000 + runs * 2_000

export interface Search<Value> {
  /** What the values are. */
  readonly kind?: string
  readonly numRuns?: number
  /** Tried first. */
  readonly examples?: readonly Value[]
}

/** Fails with what `holds` has thrown for the smallest value. */
export async function holdsForEvery<Value>(
  values: Arbitrary<Value>,
  holds: (value: Value) => Promise<void>,
  { kind = '', numRuns = runs, examples = [] }: Search<Value> = {},
): Promise<void> {
  const { failed, errorInstance, numShrinks } = await fc.check(fc.asyncProperty(values, holds), {
    seed,
    numRuns: numRuns + examples.length,
    examples: examples.map((example): [Value] => [example]),
  })
  if (!failed) return
  const reason = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
  throw new Error(
    `${kind}\n${reason}\n(after ${numShrinks} steps to a smaller one; again with FUZZ_SEED=${seed} FUZZ_RUNS=${runs})`,
  )
}

/** Throws, with the request, where a check finds a fault. */
export function holdAgainst(checks: Readonly<Record<string, Check>>, sent: Sent): void {
  const faults = Object.entries(checks).flatMap(([name, check]) =>
    check(sent.answer, sent.request).map((fault) => `${name}: ${fault}`),
  )
  if (faults.length > 0) throw new Error(faulty(faults, sent))
}

export function faulty(faults: readonly string[], { answer, curl }: Sent): string {
  return `${faults.join('\n')}\n\n${curl}\n\n${answer.status} ${answer.text.slice(0, 1000)}\n`
}
