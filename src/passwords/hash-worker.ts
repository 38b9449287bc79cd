/** The work of one hashing thread, which it blocks. */
import { compareSync, hashSync } from 'bcrypt'
import { hashArgon2id } from './schemes/argon2.ts'
import { dummyBcrypt } from './schemes/bcrypt.ts'
import { verifierOf } from './schemes/registry.ts'

export type HashTask =
  /** With bcrypt. */
  | { readonly kind: 'hash'; readonly input: string; readonly cost: number }
  | { readonly kind: 'argon2id'; readonly input: string }
  | {
      readonly kind: 'verify'
      readonly input: string | Uint8Array
      readonly hash: string
      /** What a bcrypt hash of a lower cost is made to cost. */
      readonly cost: number
    }

export type HashResult<Task extends HashTask> = Task extends { kind: 'verify' } ? boolean : string

export function work(task: HashTask): string | boolean {
  if (task.kind === 'verify') return verify(task)
  return task.kind === 'hash' ? hashSync(task.input, task.cost) : hashArgon2id(task.input)
}

/** Verifies a bcrypt hash of a lower cost c, then dummy hashes at c … C−1: in total the work of one hash at cost C. */
function verify({ input, hash, cost }: HashTask & { kind: 'verify' }): boolean {
  const verifier = verifierOf(hash)
  if (!verifier) throw new Error('a stored password hash is of no known scheme')
  const matches = verifier.matches(input)
  for (let lower = verifier.bcryptCost ?? cost; lower < cost; lower++)
    compareSync('', dummyBcrypt(lower))
  return matches
}
