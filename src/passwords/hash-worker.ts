/** The work of one hashing thread, which it blocks. */
import { compareSync, getRounds, hashSync } from 'bcrypt'

export type HashTask =
  | { readonly kind: 'hash'; readonly input: string; readonly cost: number }
  | {
      readonly kind: 'verify'
      readonly input: string
      readonly hash: string
      readonly cost: number
    }

export type HashResult<Task extends HashTask> = Task extends { kind: 'hash' } ? string : boolean

export function work(task: HashTask): string | boolean {
  return task.kind === 'hash' ? hashSync(task.input, task.cost) : verify(task)
}

/** Verifies a hash of a lower cost c, then dummy hashes at c … C−1: in total the work of one hash at cost C. */
function verify({ input, hash, cost }: HashTask & { kind: 'verify' }): boolean {
  const matches = compareSync(input, hash)
  for (let lower = getRounds(hash); lower < cost; lower++) compareSync(input, dummyHash(lower))
  return matches
}

/** A hash that no password matches: an unknown user costs as much as a known one. */
export function dummyHash(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$C6UzMDM.H6dfI/f/IKcEe.7uqpTAhJ3rJZbAL0P3DAXrvmkVgAFcu`
}
