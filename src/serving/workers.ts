/** `WORKERS=n`: n processes share one port and one store. A worker that dies is replaced. */
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { InvalidSetting } from '../config/config.ts'
import type { Log } from '../telemetry/log.ts'
import type { RunningServer } from './server.ts'

/** Messages between the primary process and its workers: a worker serves at `url`; a worker must stop. */
type Message = { readonly url: string } | 'stop'

/** Delay before a dead worker is replaced: a worker that cannot start must not be restarted in a busy loop. */
const restartDelayMs = 1_000

/** Sent by a service manager, by Ctrl-C, and by a closed terminal. */
export const stopSignals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

export const isWorker = cluster.isWorker

/** Resolves once all workers serve. Throws `InvalidSetting` if a worker cannot start; the worker has printed the reason. */
export async function startWorkers(
  count: number,
  log: Log,
): Promise<Pick<RunningServer, 'url' | 'stop'>> {
  let isStopping = false
  const listening = new WeakSet<Worker>()
  cluster.on('listening', (worker) => listening.add(worker))
  // The workers end with this process.
  process.once('exit', () => {
    for (const worker of workers()) worker.process.kill('SIGKILL')
  })
  // The first worker alone migrates the database and creates the first keys.
  const url = await startWorker()
  await Promise.all(Array.from({ length: count - 1 }, startWorker))
  cluster.on('exit', async ({ process: { pid } }, status, signal) => {
    if (isStopping) return
    log.error({ pid, status, signal }, 'a worker died and will be replaced')
    await setTimeout(restartDelayMs)
    if (!isStopping) cluster.fork()
  })

  return {
    url,
    async stop() {
      isStopping = true
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
 * A worker reports that it serves. It stops when the primary process says so or ends. It ignores signals: a service
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
