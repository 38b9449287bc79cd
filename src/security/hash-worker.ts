/** The work of one hashing thread. It blocks the thread, which is what the thread is for. */
import { compareSync, hashSync } from 'bcrypt'

export type HashTask =
  | { readonly kind: 'hash'; readonly input: string; readonly cost: number }
  | { readonly kind: 'verify'; readonly input: string; readonly hash: string }

export type HashResult<Task extends HashTask> = Task extends { kind: 'hash' } ? string : boolean

export function work(task: HashTask): string | boolean {
  return task.kind === 'hash' ? hashSync(task.input, task.cost) : compareSync(task.input, task.hash)
}
