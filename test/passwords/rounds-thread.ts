/** A thread that does the work of a hashing thread, and returns the rounds of each bcrypt comparison: 2^cost. */
import { createRequire } from 'node:module'
import { parentPort } from 'node:worker_threads'
import type { HashTask } from '../../src/passwords/hash-worker.ts'

// Before bcrypt is imported: an import copies the exports of a CommonJS module.
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
