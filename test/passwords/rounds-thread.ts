/** A thread that does the work of hashing threads, and answers what each comparison of bcrypt costs: 2 to the power of its cost. */
import { createRequire } from 'node:module'
import { parentPort } from 'node:worker_threads'
import type { HashTask } from '../../src/passwords/hash-worker.ts'

// Before anything imports it: a CommonJS module is what its exports are at that moment.
const bcrypt: typeof import('bcrypt') = createRequire(import.meta.url)('bcrypt')
const { compareSync, getRounds } = bcrypt
const rounds: number[] = []
bcrypt.compareSync = (input, hash) => {
  rounds.push(2 ** getRounds(hash))
  return compareSync(input, hash)
}
const { work } = await import('../../src/passwords/hash-worker.ts')

parentPort?.on('message', (tasks: readonly HashTask[]) => {
  for (const task of tasks) work(task)
  parentPort?.postMessage(rounds.splice(0))
})
