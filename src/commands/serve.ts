/** `tessera serve`: the production server, until it is told to stop. */
import { type Config, isLoopback } from '../config/config.ts'
import { serveMetrics } from '../serving/metrics-server.ts'
import { type RunningServer, startServer } from '../serving/server.ts'
import { endingSignals, isWorker, serveAsWorker, startWorkers } from '../serving/workers.ts'
import { createLog, type Log } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'

/** How long a shutdown may take after DRAIN_SECONDS before the process ends all the same, in milliseconds. */
const shutdownDeadline = 20_000

type Running = Pick<RunningServer, 'url' | 'stop'>

export async function serve(config: Config): Promise<void> {
  if (isWorker) return serveAsWorker(() => startServer({ config }))
  warnOfPlainIssuer(config)
  await warnOfPlainDatabase(config)
  const server = config.workers > 1 ? await manyServers(config) : await oneServer(config)
  stopOnSignal(server, config)
  process.stdout.write(`listening on ${server.url}\n`)
}

/** Passwords and tokens would cross the network in the clear. */
function warnOfPlainIssuer(config: Config): void {
  const { protocol, hostname } = new URL(config.issuer ?? 'http://localhost')
  if (protocol === 'https:' || isLoopback(hostname.replace(/^\[|\]$/g, ''))) return
  createLog(config).warn('ISSUER is not https: passwords and tokens can be read on their way')
}

/** As they would to the database, with all that it holds. */
async function warnOfPlainDatabase(config: Config): Promise<void> {
  if (config.database.kind !== 'postgres') return
  const { isUnencrypted } = await import('../store/postgres.ts')
  if (!isUnencrypted(config.database.url)) return
  createLog(config).warn(
    'DATABASE_URL has no sslmode=verify-full: what the database is asked and answers can be read on its way',
  )
}

async function oneServer(config: Config): Promise<Running> {
  return await withMetrics(await startServer({ config }))
}

async function manyServers(config: Config): Promise<Running> {
  const log = createLog(config)
  const server = await startWorkers(config.workers, log)
  if (config.metricsPort === undefined) return server
  const { metricsOfWorkers } = await import('../telemetry/worker-metrics.ts')
  return await watched(server, { text: metricsOfWorkers }, config, log)
}

/** The server, and where METRICS_PORT is set what it counts. */
export async function withMetrics(server: RunningServer): Promise<Running> {
  const { metrics, config, log } = server.services
  return metrics ? await watched(server, metrics, config, log) : server
}

/** The metrics begin after the server and end before it. */
async function watched(
  server: Running,
  metrics: Pick<Metrics, 'text'>,
  config: Config,
  log: Log,
): Promise<Running> {
  try {
    const { url, stop } = await serveMetrics(config, metrics, log)
    process.stdout.write(`metrics on ${url}\n`)
    return { url: server.url, stop: () => stop().then(server.stop) }
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** The first signal ends the server in order, a second one at once. */
export function stopOnSignal(
  server: Pick<RunningServer, 'stop'>,
  { drainMs }: Pick<Config, 'drainMs'>,
): void {
  let stopping = false
  const stop = async () => {
    if (stopping) process.exit(1)
    stopping = true
    setTimeout(() => process.exit(1), drainMs + shutdownDeadline).unref()
    await server.stop()
  }
  for (const signal of endingSignals) process.on(signal, stop)
}
