/**
 * Threads that hash passwords, and the bounded queue before them.
 *
 * bcrypt's own asynchronous functions run on libuv's pool, which jose's WebCrypto shares: 16 logins in flight made
 * `GET /users/me` wait 820 ms for a free thread. Threads of our own, at the lowest priority, leave it alone.
 */
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { Piscina } from 'piscina'
import { ServiceUnavailable } from '../contract/refusal.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { HashResult, HashTask } from './hash-worker.ts'

export interface HashPool {
  /**
   * Throws a `ServiceUnavailable` at once where the queue is full. Whoever aborts while he waits gives his place to the
   * next, and gets an `AbortError`; what has begun is finished.
   */
  run<Task extends HashTask>(task: Task, signal?: AbortSignal): Promise<HashResult<Task>>
  /** Finishes what was accepted, then ends the threads. */
  close(): Promise<void>
}

export interface HashPoolOptions {
  readonly hashThreads: number
  /** How many tasks may wait for a thread. */
  readonly hashQueue: number
}

/** Nothing but where Node keeps what it has compiled: without that a thread takes 10 MiB to compile itself anew. */
function threadEnvironment(): NodeJS.ProcessEnv {
  const folder = getCompileCacheDir()
  return folder ? { NODE_COMPILE_CACHE: dirname(folder) } : {}
}

export function createHashPool(
  { hashThreads, hashQueue }: HashPoolOptions,
  metrics?: Metrics,
): HashPool {
  const pool = new Piscina({
    filename: new URL('./hash-worker.ts', import.meta.url).href,
    name: 'work',
    minThreads: hashThreads,
    maxThreads: hashThreads,
    niceIncrement: 19,
    env: threadEnvironment(),
    // A hash needs no heap to speak of.
    resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 },
    closeTimeout: 60_000,
  })
  const waiting = new Set<() => void>()
  let running = 0
  let drained = () => {}
  metrics?.watchHashQueue(() => waiting.size)

  return {
    async run(task, signal) {
      await place(signal)
      const begun = performance.now()
      try {
        return await pool.run(task)
      } finally {
        metrics?.hashed((performance.now() - begun) / 1000)
        leave()
      }
    },
    async close() {
      if (running > 0) {
        await new Promise<void>((done) => {
          drained = done
        })
      }
      await pool.close()
    },
  }

  /** Resolves when a thread is free. */
  async function place(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    if (running < hashThreads) {
      running += 1
      return
    }
    if (waiting.size >= hashQueue) {
      metrics?.hashRefused()
      throw new ServiceUnavailable('Too many logins are waiting', 1)
    }
    await new Promise<void>((proceed, giveUp) => {
      waiting.add(proceed)
      signal?.addEventListener('abort', () => {
        waiting.delete(proceed)
        giveUp(signal.reason)
      })
    })
  }

  /** Hands the thread to whoever has waited longest. */
  function leave(): void {
    const [next] = waiting
    if (!next) {
      running -= 1
      if (running === 0) drained()
      return
    }
    waiting.delete(next)
    next()
  }
}
