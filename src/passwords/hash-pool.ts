/**
 * Threads that hash passwords, and the bounded queue before them.
 *
 * bcrypt's own asynchronous functions run on libuv's pool, which jose's WebCrypto shares: 16 logins in flight made
 * `GET /users/me` wait 820 ms for a free thread. Threads of our own, which give way to requests, leave it alone.
 */
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { Piscina } from 'piscina'
import { ServiceUnavailable } from '../contract/refusal.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { HashResult, HashTask } from './hash-worker.ts'

/** The right to use one thread, until it is disposed of. */
export interface HashThread extends Disposable {
  run<Task extends HashTask>(task: Task): Promise<HashResult<Task>>
}

export interface AcquireOptions {
  /** A task that is aborted while it waits gives up its place in the queue. */
  readonly signal?: AbortSignal
  /** Called once where no thread is free and the queue has room. What it throws is thrown. */
  readonly beforeWaiting?: () => Promise<unknown>
}

export interface HashPool {
  /** Throws a `ServiceUnavailable` at once where the queue is full, and the signal's reason where it has aborted. */
  acquireThread(options?: AcquireOptions): Promise<HashThread>
  /** One task on the next free thread. Throws what `thread` throws. */
  run<Task extends HashTask>(task: Task): Promise<HashResult<Task>>
  /** Throws this to all who wait for a thread. */
  rejectWaiting(error: Error): void
  /** Finishes what was accepted, then ends the threads. */
  close(): Promise<void>
}

export interface HashPoolOptions {
  readonly hashThreads: number
  /** How many tasks may wait for a thread. */
  readonly hashQueue: number
}

/** Nothing but where Node keeps what it has compiled: without that a thread takes 10 MiB to compile itself. */
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
    // A third of the weight of the thread of the requests. At 19 they starve beside other programs of their scheduling group,
    // such as those of one container (`npm run bench`, target 9).
    niceIncrement: 5,
    env: threadEnvironment(),
    // A hash needs no heap to speak of.
    resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 },
    closeTimeout: 60_000,
  })
  const waiting = new Set<PromiseWithResolvers<void>>()
  const isBusy = watchEventLoop()
  let held = 0
  let drained = () => {}
  metrics?.watchHashQueue(() => waiting.size)

  async function acquireThread({
    signal,
    beforeWaiting,
  }: AcquireOptions = {}): Promise<HashThread> {
    signal?.throwIfAborted()
    if (waiting.size > 0 || held >= usable()) {
      requirePlace()
      await beforeWaiting?.()
      signal?.throwIfAborted()
    }
    requirePlace()
    const turn = Promise.withResolvers<void>()
    waiting.add(turn)
    signal?.addEventListener('abort', () => {
      if (waiting.delete(turn)) turn.reject(signal.reason)
    })
    handOut()
    await turn.promise
    return { run: timed, [Symbol.dispose]: leave }
  }

  function requirePlace(): void {
    if (held + waiting.size < hashThreads + hashQueue) return
    metrics?.hashRefused()
    throw new ServiceUnavailable('Too many logins are waiting', 1)
  }

  /** One thread fewer while requests keep the event loop busy: all of them would take too much of the cores. */
  function usable(): number {
    return isBusy() ? Math.max(1, hashThreads - 1) : hashThreads
  }

  /** To those who have waited longest. */
  function handOut(): void {
    for (const turn of waiting) {
      if (held >= usable()) return
      held += 1
      waiting.delete(turn)
      turn.resolve()
    }
  }

  function leave(): void {
    held -= 1
    handOut()
    if (held === 0) drained()
  }

  async function timed<Task extends HashTask>(task: Task): Promise<HashResult<Task>> {
    const begun = performance.now()
    try {
      return await pool.run(task)
    } finally {
      metrics?.hashed((performance.now() - begun) / 1000)
    }
  }

  return {
    acquireThread,
    async run(task) {
      using free = await acquireThread()
      return await free.run(task)
    },
    rejectWaiting(error) {
      for (const turn of waiting) turn.reject(error)
      waiting.clear()
    },
    async close() {
      if (held > 0) {
        await new Promise<void>((done) => {
          drained = done
        })
      }
      await pool.close()
    },
  }
}

/** Tells whether the event loop was busy for more than half of the last tenth of a second, or of the time since it was asked. */
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
