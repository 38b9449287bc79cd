/** Chance that can be repeated: `FAULT_SEED` is another one's, and is printed where a test fails. */
const { FAULT_SEED = String(Date.now() % 1_000_000), FAULT_ROUNDS = '5' } = process.env

export const seed = Number(FAULT_SEED)
/** How many times something is killed or stopped. */
export const rounds = Number(FAULT_ROUNDS)

/** What repeats a test that has failed. */
export function printSeed(file: string): void {
  process.stdout.write(
    `again: FAULT_SEED=${seed} FAULT_ROUNDS=${rounds} npm run test:all -- faults/${file}\n`,
  )
}

export interface Chance {
  /** A whole number from 0 to below `end`. */
  below(end: number): number
  /** One of them; undefined where there is none. */
  pick<Each>(those: readonly Each[]): Each | undefined
}

/** Numerical Recipes' linear congruential generator: nothing here depends on how good it is. */
export function chance(nth: number): Chance {
  let state = (seed * 2_654_435_761 + nth * 40_503) >>> 0
  const below = (end: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * end)
  }
  return { below, pick: (those) => those[below(those.length)] }
}
