/** `WORKERS=n`: n processes share one port and one store. A worker that dies is replaced. */
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { InvalidSetting } from '../config/config.ts'
import type { Log } from '../telemetry/log.ts'
import type { RunningServer } from './server.ts'

/** Messages between the first process and its workers: a worker serves at `url`; a worker is to stop. */
type Message = { readonly url: string } | 'stop'

/** How long before a dead worker is replaced, in milliseconds: a worker that cannot start is not started in a loop. */
const restartDelayMs = 1_000

/** Sent by a service manager, by Ctrl-C, and by a closed terminal. */
export const stopSignals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** Whether this process is a worker. */
export const isWorker = cluster.isWorker

/** Resolves once all workers serve. Throws `InvalidSetting` where a worker cannot start; the worker has printed why. */
export async function startWorkers(
  count: number,
  log: Log,
): Promise<Pick<RunningServer, 'url' | 'stop'>> {
  let stopping = false
  const listening = new WeakSet<Worker>()
  cluster.on('listening', (worker) => listening.add(worker))
  // However this process ends, its workers end too.
  process.once('exit', () => {
    for (const worker of workers()) worker.process.kill('SIGKILL')
  })
  // The first worker alone migrates the database and creates the first keys.
  const url = await startWorker()
  await Promise.all(Array.from({ length: count - 1 }, startWorker))
  cluster.on('exit', async ({ process: { pid } }, status, signal) => {
    if (stopping) return
    log.error({ pid, status, signal }, 'a worker has died')
    await setTimeout(restartDelayMs)
    if (!stopping) cluster.fork()
  })

  return {
    url,
    async stop() {
      stopping = true
      await Promise.all(workers().map((each) => stopWorker(each, listening.has(each))))
    },
  }
}

function workers(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined)
}

async function startWorker(): Promise<string> {
  const worker = cluster.fork()
  const failed = new AbortController()
  worker.once('exit', () => failed.abort())
  try {
    const [{ url }] = await once(worker, 'message', { signal: failed.signal })
    return url
  } catch {
    throw new InvalidSetting('a worker could not start')
  }
}

/** A worker that is still starting has accepted no request, and may not receive a message yet: it is killed. */
async function stopWorker(worker: Worker, isListening: boolean): Promise<void> {
  const gone = once(worker, 'exit')
  // Without a callback, a failed send would be an `error` event, and end this process.
  if (isListening) worker.send('stop' satisfies Message, () => {})
  else worker.process.kill('SIGKILL')
  await gone
}

/**
 * A worker reports that it serves, and ends when the first process tells it to, or has gone. It ignores signals: a service
 * manager sends them to every process.
 */
export async function serveAsWorker(start: () => Promise<RunningServer>): Promise<void> {
  // A message that arrives during the start counts too.
  const stopRequested = Promise.withResolvers<void>()
  for (const signal of stopSignals) process.on(signal, () => {})
  // Requests for metrics arrive here too.
  process.on('message', (message) => {
    if (message === ('stop' satisfies Message)) stopRequested.resolve()
  })
  process.once('disconnect', stopRequested.resolve)
  const { url, stop } = await start().catch((error: unknown) => {
    // The channel would keep the process alive.
    process.disconnect?.()
    throw error
  })
  process.send?.({ url } satisfies Message)
  await stopRequested.promise
  await stop()
  process.exit(0)
}
