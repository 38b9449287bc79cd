/**
 * Threads that hash passwords, behind a bounded queue.
 *
 * bcrypt's own asynchronous functions run on libuv's pool, which jose's WebCrypto shares: 16 concurrent logins made
 * `GET /users/me` wait 820 ms for a free thread. Separate threads of lower priority do not block that pool.
 */
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { Piscina } from 'piscina'
import { ServiceUnavailable } from '../contract/refusal.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { HashResult, HashTask } from './hash-worker.ts'

/** Exclusive use of one thread until disposal. */
export interface HashThread extends Disposable {
  run<Task extends HashTask>(task: Task): Promise<HashResult<Task>>
}

export interface AcquireOptions {
  /** Aborting it removes a waiting task from the queue. */
  readonly signal?: AbortSignal
  /** Called once if no thread is free and the queue has room. Its errors are thrown to the caller. */
  readonly beforeWaiting?: () => Promise<unknown>
}

export interface HashPool {
  /** Throws a `ServiceUnavailable` at once if the queue is full, and the signal's reason if it aborts. */
  acquireThread(options?: AcquireOptions): Promise<HashThread>
  /** Runs one task on the next free thread. Throws what `acquireThread` throws. */
  run<Task extends HashTask>(task: Task): Promise<HashResult<Task>>
  /** Rejects all waiting tasks with this error. */
  rejectWaiting(error: Error): void
  /** Finishes the accepted tasks, then ends the threads. */
  close(): Promise<void>
}

export interface HashPoolOptions {
  readonly hashThreads: number
  /** The maximum number of waiting tasks. */
  readonly hashQueue: number
}

/** Passes on the compile cache only: without it, each thread takes 10 MiB to compile its code. */
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
    // A third of the main thread's weight. At 19 the threads starve beside other programs of their scheduling group, such as
    // those of one container (`npm run bench`, target 9).
    niceIncrement: 5,
    env: threadEnvironment(),
    // A hash needs almost no heap.
    resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 },
    closeTimeout: 60_000,
  })
  const waiting = new Set<PromiseWithResolvers<void>>()
  const isEventLoopBusy = watchEventLoop()
  let acquired = 0
  let drained = () => {}
  metrics?.watchHashQueue(() => waiting.size)

  async function acquireThread({
    signal,
    beforeWaiting,
  }: AcquireOptions = {}): Promise<HashThread> {
    signal?.throwIfAborted()
    if (waiting.size > 0 || acquired >= maxAcquired()) {
      requireRoom()
      await beforeWaiting?.()
      signal?.throwIfAborted()
    }
    requireRoom()
    const turn = Promise.withResolvers<void>()
    waiting.add(turn)
    signal?.addEventListener('abort', () => {
      if (waiting.delete(turn)) turn.reject(signal.reason)
    })
    assignThreads()
    await turn.promise
    return { run: runTimed, [Symbol.dispose]: release }
  }

  function requireRoom(): void {
    if (acquired + waiting.size < hashThreads + hashQueue) return
    metrics?.countHashRejection()
    throw new ServiceUnavailable('Too many logins are waiting', 1)
  }

  /** One thread fewer while requests keep the event loop busy: all threads would take too much of the cores. */
  function maxAcquired(): number {
    return isEventLoopBusy() ? Math.max(1, hashThreads - 1) : hashThreads
  }

  /** The longest waiting task comes first. */
  function assignThreads(): void {
    for (const turn of waiting) {
      if (acquired >= maxAcquired()) return
      acquired += 1
      waiting.delete(turn)
      turn.resolve()
    }
  }

  function release(): void {
    acquired -= 1
    assignThreads()
    if (acquired === 0) drained()
  }

  async function runTimed<Task extends HashTask>(task: Task): Promise<HashResult<Task>> {
    const startedAt = performance.now()
    try {
      return await pool.run(task)
    } finally {
      metrics?.observeHash((performance.now() - startedAt) / 1000)
    }
  }

  return {
    acquireThread,
    async run(task) {
      using acquiredThread = await acquireThread()
      return await acquiredThread.run(task)
    },
    rejectWaiting(error) {
      for (const turn of waiting) turn.reject(error)
      waiting.clear()
    },
    async close() {
      if (acquired > 0) {
        await new Promise<void>((done) => {
          drained = done
        })
      }
      await pool.close()
    },
  }
}

/** Returns whether the event loop was busy for more than half of the last sample, which covers at least 100 ms. */
function watchEventLoop(): () => boolean {
  let sample = performance.eventLoopUtilization()
  let sampledAt = performance.now()
  let isBusy = false
  return () => {
    if (performance.now() - sampledAt < 100) return isBusy
    isBusy = performance.eventLoopUtilization(sample).utilization > 0.5
    sample = performance.eventLoopUtilization()
    sampledAt = performance.now()
    return isBusy
  }
}
