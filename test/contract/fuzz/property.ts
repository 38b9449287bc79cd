/** Runs a property, and reports the smallest counterexample with a curl command. */
import fc, { type Arbitrary } from 'fast-check'
import type { Check } from './checks.ts'
import type { Sent } from './visitors.ts'

const { FUZZ_RUNS = '20', FUZZ_SEED = '1' } = process.env
/** The number of requests of each kind for an operation. */
export const runs = Number(FUZZ_RUNS)
const seed = Number(FUZZ_SEED)

/** Long enough for a slow machine. */
export const timeout = 60_000 + runs * 2_000

export interface Search<Value> {
  /** The kind of the values, for the report. */
  readonly kind?: string
  readonly numRuns?: number
  /** Tested first. */
  readonly examples?: readonly Value[]
}

/** Throws the error of `holds` for the smallest counterexample. */
export async function checkProperty<Value>(
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
    `${kind}\n${reason}\n(after ${numShrinks} shrinking steps; reproduce with FUZZ_SEED=${seed} FUZZ_RUNS=${runs})`,
  )
}

/** Throws, with the request, if a check finds a fault. */
export function assertChecks(checks: Readonly<Record<string, Check>>, sent: Sent): void {
  const faults = Object.entries(checks).flatMap(([name, check]) =>
    check(sent.response, sent.request).map((fault) => `${name}: ${fault}`),
  )
  if (faults.length > 0) throw new Error(faultReport(faults, sent))
}

export function faultReport(faults: readonly string[], { response, curl }: Sent): string {
  return `${faults.join('\n')}\n\n${curl}\n\n${response.status} ${response.text.slice(0, 1000)}\n`
}
