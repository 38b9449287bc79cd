/**
 * Threads that hash passwords, one task each; `admission.ts` says whose task is next.
 *
 * bcrypt's own asynchronous functions run on libuv's pool, which jose's WebCrypto shares: 16 concurrent logins made
 * `GET /users/me` wait 820 ms for a free thread. Separate threads of lower priority do not block that pool.
 */
import { getCompileCacheDir } from 'node:module'
import { dirname, extname } from 'node:path'
import { Piscina } from 'piscina'
import type { Config } from '../config/config.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { type AdmitOptions, createAdmission } from './admission.ts'
import type { Share } from './fair-queue.ts'
import type { HashResult, HashTask } from './hash-worker.ts'

/** Exclusive use of one thread until disposal. */
export interface HashThread extends Disposable {
  run<Task extends HashTask>(task: Task): Promise<HashResult<Task>>
}

export type HashPool = ReturnType<typeof createHashPool>

/** Passes on the compile cache only: without it, each thread takes 10 MiB to compile its code. */
function threadEnvironment(): NodeJS.ProcessEnv {
  const folder = getCompileCacheDir()
  return folder ? { NODE_COMPILE_CACHE: dirname(folder) } : {}
}

export function createHashPool(
  { hashThreads, hashQueue, hashWaitMs }: Pick<Config, 'hashThreads' | 'hashQueue' | 'hashWaitMs'>,
  metrics?: Metrics,
) {
  const pool = new Piscina({
    filename: new URL(`./hash-worker${extname(import.meta.url)}`, import.meta.url).href,
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
  const isEventLoopBusy = watchEventLoop()
  const admission = createAdmission({
    // One thread fewer while requests keep the event loop busy: all threads would take too much of the cores.
    maxAdmitted: () => (isEventLoopBusy() ? Math.max(1, hashThreads - 1) : hashThreads),
    maxTotal: hashThreads + hashQueue,
    maxWaitMs: hashWaitMs,
    onRefusal: () => metrics?.countHashRejection(),
  })
  metrics?.watchHashQueue(admission.waiting)

  /** Throws a `TooManyWaiting` if it has to wait too long or the queue is full, and the signal's reason if it aborts. */
  async function acquireThread(options?: AdmitOptions): Promise<HashThread> {
    const admitted = await admission.admit(options)
    return { run: runTimed, [Symbol.dispose]: () => admitted[Symbol.dispose]() }
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
    /** Runs one task on a thread that it acquires for the share. Throws what `acquireThread` throws. */
    async run<Task extends HashTask>(task: Task, share?: Share): Promise<HashResult<Task>> {
      using acquiredThread = await acquireThread({ share })
      return await acquiredThread.run(task)
    },
    /** Rejects all waiting tasks with this error. */
    rejectWaiting: admission.rejectWaiting,
    /** Finishes the accepted tasks, then ends the threads. */
    async close(): Promise<void> {
      await admission.whenIdle()
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
