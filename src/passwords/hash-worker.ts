/** The work of one hashing thread, which it blocks. */
import { compareSync, hashSync } from 'bcrypt'
import { dummyBcrypt } from './schemes/bcrypt.ts'
import { verifierOf } from './schemes/registry.ts'

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

/** Verifies a bcrypt hash of a lower cost c, then dummy hashes at c … C−1: in total the work of one hash at cost C. */
function verify({ input, hash, cost }: HashTask & { kind: 'verify' }): boolean {
  const verifier = verifierOf(hash)
  if (!verifier) throw new Error('a stored password hash is of no known scheme')
  const matches = verifier.matches(input)
  for (let lower = verifier.bcryptCost ?? cost; lower < cost; lower++)
    compareSync(input, dummyBcrypt(lower))
  return matches
}
