/** The work of one hashing thread. It blocks the thread, which is what the thread is for. */
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

/** A hash of the older cost c is verified at c, then dummies at c … C−1: in sum the work of one hash at cost C. */
function verify({ input, hash, cost }: HashTask & { kind: 'verify' }): boolean {
  const matches = compareSync(input, hash)
  for (let older = getRounds(hash); older < cost; older++) compareSync(input, dummyHash(older))
  return matches
}

/** A hash that no password has: whoever is unknown costs what everybody costs. */
export function dummyHash(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$C6UzMDM.H6dfI/f/IKcEe.7uqpTAhJ3rJZbAL0P3DAXrvmkVgAFcu`
}
