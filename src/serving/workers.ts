/** `WORKERS=n`: so many processes on one port and one store. One that dies is replaced. */
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { InvalidSetting } from '../config/config.ts'
import type { Log } from '../telemetry/log.ts'
import type { RunningServer } from './server.ts'

/** What the first process and its workers say to each other. */
type Message = { readonly url: string } | 'stop'

/** How long a place stays empty after a death, in milliseconds: what cannot start is not tried all the time. */
const pauseMs = 1_000

/** What a service manager, a terminal, and a terminal that is closed tell a server to end with. */
export const endingSignals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** Whether this process is one of them. */
export const isWorker = cluster.isWorker

/** Resolves once all of them serve. Throws where one cannot start: it has said why itself. */
export async function startWorkers(
  count: number,
  log: Log,
): Promise<Pick<RunningServer, 'url' | 'stop'>> {
  let stopping = false
  const listening = new WeakSet<Worker>()
  cluster.on('listening', (worker) => listening.add(worker))
  // Whatever ends this process ends them.
  process.once('exit', () => {
    for (const worker of workers()) worker.process.kill('SIGKILL')
  })
  // One alone brings the database up to date and makes the first keys; the others find them.
  const url = await startWorker()
  await Promise.all(Array.from({ length: count - 1 }, startWorker))
  cluster.on('exit', async ({ process: { pid } }, status, signal) => {
    if (stopping) return
    log.error({ pid, status, signal }, 'a worker has died')
    await setTimeout(pauseMs)
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

/** One that only starts may not hear yet what it is told, and has accepted nothing. */
async function stopWorker(worker: Worker, isListening: boolean): Promise<void> {
  const gone = once(worker, 'exit')
  if (isListening) worker.send('stop' satisfies Message)
  else worker.process.kill('SIGKILL')
  await gone
}

/**
 * A worker says that it serves, and ends when it is told to, or when nobody is left to tell it. Signals are for the
 * first process: a service manager sends them to all.
 */
export async function serveAsWorker(start: () => Promise<RunningServer>): Promise<void> {
  // What it is told while it starts counts as well.
  const told = Promise.withResolvers<void>()
  for (const signal of endingSignals) process.on(signal, () => {})
  // Others may send messages too: whoever reads the metrics.
  process.on('message', (message) => {
    if (message === ('stop' satisfies Message)) told.resolve()
  })
  process.once('disconnect', told.resolve)
  const { url, stop } = await start().catch((error: unknown) => {
    // It would be kept waiting for messages.
    process.disconnect?.()
    throw error
  })
  process.send?.({ url } satisfies Message)
  await told.promise
  await stop()
  process.exit(0)
}
