/** Runs the tests of one mutant after another in the same thread: what it takes to load the server is paid once for many. */
import {
  type PoolOptions,
  type PoolRunnerInitializer,
  type PoolWorker,
  ThreadsPoolWorker,
} from 'vitest/node'

/** So many mutants, and then a new one: what tests leave behind must not add up. */
const runsOfAThread = 40

interface Lasting {
  readonly worker: ThreadsPoolWorker
  runs: number
}

let idle: Lasting | undefined

/** In place of vitest's own pool, which ends its threads after each run. */
export const lastingThread: PoolRunnerInitializer = {
  name: 'lasting-thread',
  createPoolWorker: (options) => runIn(options),
}

function runIn(options: PoolOptions): PoolWorker {
  // A mutant in what is done once, when a file is loaded, lives where nothing has been loaded before.
  const alone = options.project.getProvidedContext().mutantActivation === 'static'
  let lasting: Lasting | undefined
  const listeners: [event: string, callback: (message: unknown) => void][] = []
  const worker = () => {
    if (!lasting) throw new Error('the thread has not been started')
    return lasting.worker
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
      // The thread need not know that this is the end: it only has to answer that it was the end.
      if (message.type !== 'stop') return worker().send(message)
      const stopped = { type: 'stopped', __vitest_worker_response__: true }
      for (const [event, callback] of listeners) if (event === 'message') callback(stopped)
    },
    async start() {
      lasting = alone ? undefined : idle
      if (!alone) idle = undefined
      if (lasting) return
      lasting = { worker: new ThreadsPoolWorker(options), runs: 0 }
      await lasting.worker.start()
    },
    async stop() {
      if (!lasting) return
      for (const [event, callback] of listeners) lasting.worker.off(event, callback)
      lasting.runs += 1
      if (alone || idle || lasting.runs >= runsOfAThread) await lasting.worker.stop()
      else idle = lasting
    },
  }
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** Stryker's: whether the mutant is at work from the loading of a file on, or from its first test. */
    mutantActivation: 'static' | 'runtime'
  }
}
