/** `tessera serve`: the production server, until it is told to stop. */
import type { Config } from '../config.ts'
import { createLog } from '../log.ts'
import { type RunningServer, startServer } from '../server.ts'
import { isWorker, serveAsWorker, startWorkers } from '../workers.ts'

/** How long a shutdown may take before the process ends all the same, in milliseconds. */
const shutdownDeadline = 20_000

export async function serve(config: Config): Promise<void> {
  if (isWorker) return serveAsWorker(() => startServer({ config }))
  const server =
    config.workers > 1
      ? await startWorkers(config.workers, createLog(config))
      : await startServer({ config })
  process.stdout.write(`listening on ${server.url}\n`)
  stopOnSignal(server)
}

/** The first signal ends the server in order, a second one at once. */
export function stopOnSignal(server: Pick<RunningServer, 'stop'>): void {
  let stopping = false
  const stop = async () => {
    if (stopping) process.exit(1)
    stopping = true
    setTimeout(() => process.exit(1), shutdownDeadline).unref()
    await server.stop()
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
