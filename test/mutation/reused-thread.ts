/** Runs the tests of many mutants in the same thread, which loads the server only once. */
import {
  type PoolOptions,
  type PoolRunnerInitializer,
  type PoolWorker,
  ThreadsPoolWorker,
} from 'vitest/node'

/** After this many mutants a new thread is started, because tests may leave state behind. */
const maxRunsPerThread = 40

interface ReusedThread {
  readonly worker: ThreadsPoolWorker
  runs: number
}

let idle: ReusedThread | undefined

/** Replaces vitest's own pool, which ends its threads after each run. */
export const reusedThread: PoolRunnerInitializer = {
  name: 'reused-thread',
  createPoolWorker: (options) => runIn(options),
}

function runIn(options: PoolOptions): PoolWorker {
  // A mutant in code that runs when a file is loaded needs a thread that has not loaded the file.
  const alone = options.project.getProvidedContext().mutantActivation === 'static'
  let thread: ReusedThread | undefined
  const listeners: [event: string, callback: (message: unknown) => void][] = []
  const worker = () => {
    if (!thread) throw new Error('the thread has not been started')
    return thread.worker
  }

  return {
    name: 'threads',
    on(event, callback) {
      listeners.push([event, callback])
      worker().on(event, callback)
    },
    off: (event, callback) => worker().off(event, callback),
    deserialize: (data) => data,
    send(message) {
      // The thread must not stop: the response that it has stopped is sent in its place.
      if (message.type !== 'stop') return worker().send(message)
      const stopped = { type: 'stopped', __vitest_worker_response__: true }
      for (const [event, callback] of listeners) if (event === 'message') callback(stopped)
    },
    async start() {
      thread = alone ? undefined : idle
      if (!alone) idle = undefined
      if (thread) return
      thread = { worker: new ThreadsPoolWorker(options), runs: 0 }
      await thread.worker.start()
    },
    async stop() {
      if (!thread) return
      for (const [event, callback] of listeners) thread.worker.off(event, callback)
      thread.runs += 1
      if (alone || idle || thread.runs >= maxRunsPerThread) await thread.worker.stop()
      else idle = thread
    },
  }
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** Stryker's: whether the mutant is at work from the loading of a file on, or from its first test. */
    mutantActivation: 'static' | 'runtime'
  }
}
