/**
 * Threads that hash passwords, and the bounded queue before them.
 *
 * bcrypt's own asynchronous functions run on libuv's pool, which jose's WebCrypto shares: 16 logins in flight made
 * `GET /users/me` wait 820 ms for a free thread. Threads of our own, at the lowest priority, leave it alone.
 */
import { Piscina } from 'piscina'
import { ServiceUnavailable } from '../contract/refusal.ts'
import type { HashResult, HashTask } from './hash-worker.ts'

export interface HashPool {
  /** Throws a `ServiceUnavailable` at once where the queue is full. */
  run<Task extends HashTask>(task: Task): Promise<HashResult<Task>>
  /** Finishes what was accepted, then ends the threads. */
  close(): Promise<void>
}

export interface HashPoolOptions {
  readonly hashThreads: number
  /** How many tasks may wait for a thread. */
  readonly hashQueue: number
}

export function createHashPool({ hashThreads, hashQueue }: HashPoolOptions): HashPool {
  const pool = new Piscina({
    filename: new URL('./hash-worker.ts', import.meta.url).href,
    name: 'work',
    minThreads: hashThreads,
    maxThreads: hashThreads,
    niceIncrement: 19,
    closeTimeout: 60_000,
  })
  let accepted = 0

  return {
    async run(task) {
      if (accepted >= hashThreads + hashQueue)
        throw new ServiceUnavailable('Too many logins are waiting', 1)
      accepted += 1
      try {
        return await pool.run(task)
      } finally {
        accepted -= 1
      }
    },
    close: () => pool.close(),
  }
}
