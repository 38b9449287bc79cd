/** Repeatable random numbers: `FAULT_SEED` sets the seed, which is printed if a test fails. */
const { FAULT_SEED = String(Date.now() % 1_000_000), FAULT_ROUNDS = '5' } = process.env

export const seed = Number(FAULT_SEED)
/** The number of kills or stops in a test. */
export const rounds = Number(FAULT_ROUNDS)

/** Prints the command that repeats a failed test. */
export function printSeed(file: string, script = 'test:all'): void {
  process.stdout.write(
    `repeat with: FAULT_SEED=${seed} FAULT_ROUNDS=${rounds} npm run ${script} -- ${file}\n`,
  )
}

export interface Chance {
  /** An integer, at least 0 and less than `end`. */
  below(end: number): number
  /** A random element; undefined if the list is empty. */
  pick<Each>(list: readonly Each[]): Each | undefined
}

/** The linear congruential generator of Numerical Recipes: its quality does not matter here. */
export function chance(nth: number): Chance {
  let state = (seed * 2_654_435_761 + nth * 40_503) >>> 0
  const below = (end: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * end)
  }
  return { below, pick: (list) => list[below(list.length)] }
}
