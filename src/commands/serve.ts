/** `tessera serve`: runs the production server until a signal stops it. */
import { type Config, type Environment, isLoopback } from '../config/config.ts'
import { misspelledSettings } from '../config/misspelled-settings.ts'
import { sendsMail } from '../mail/require-mail.ts'
import { serveMetrics } from '../serving/metrics-server.ts'
import { type RunningServer, startServer } from '../serving/server.ts'
import { isWorker, serveAsWorker, startWorkers, stopSignals } from '../serving/workers.ts'
import { createLog, type Log } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { outliveOutput } from './output.ts'
import type { Setup } from './with-store.ts'

/** In milliseconds, after DRAIN_SECONDS: a shutdown that takes longer is aborted. */
const maxShutdownMs = 20_000

type Running = Pick<RunningServer, 'url' | 'stop'>

export async function serve({ config, product }: Setup, environment: Environment): Promise<void> {
  outliveOutput()
  const start = () => startServer({ config, product })
  if (isWorker) return serveAsWorker(start)
  warnIfMisspelled(config, environment)
  warnIfNoMailIsSent(config)
  warnIfIssuerIsInsecure(config)
  await warnIfDatabaseIsInsecure(config)
  const server = config.workers > 1 ? await startCluster(config) : await withMetrics(await start())
  stopOnSignal(server, config)
  process.stdout.write(`listening on ${server.url}\n`)
}

function warnIfMisspelled(config: Config, environment: Environment): void {
  for (const [name, meant] of misspelledSettings(environment))
    createLog(config).warn(`${name} is not a setting and has no effect: did you mean ${meant}?`)
}

function warnIfNoMailIsSent(config: Config): void {
  if (sendsMail(config)) return
  const { appUrl, mailFrom } = config
  for (const [name, value] of Object.entries({ APP_URL: appUrl, MAIL_FROM: mailFrom }))
    if (value) createLog(config).warn(`${name} has no effect without SMTP_URL or MAIL_DIR`)
}

function warnIfIssuerIsInsecure(config: Config): void {
  const { protocol, hostname } = new URL(config.issuer ?? 'http://localhost')
  if (protocol === 'https:' || isLoopback(hostname.replace(/^\[|\]$/g, ''))) return
  createLog(config).warn('ISSUER is not https: passwords and tokens are sent unencrypted')
}

async function warnIfDatabaseIsInsecure(config: Config): Promise<void> {
  if (config.database.kind !== 'postgres') return
  const { isUnencrypted } = await import('../store/postgres.ts')
  if (!isUnencrypted(config.database.url)) return
  createLog(config).warn(
    'DATABASE_URL has no sslmode: the connection to the database is not encrypted. Use sslmode=verify-full, or sslmode=disable on a private network',
  )
}

async function startCluster(config: Config): Promise<Running> {
  const log = createLog(config)
  const server = await startWorkers(config.workers, log)
  if (config.metricsPort === undefined) return server
  const { metricsOfWorkers } = await import('../telemetry/worker-metrics.ts')
  return await addMetrics(server, { text: metricsOfWorkers }, config, log)
}

/** Serves metrics too, if METRICS_PORT is set. */
export async function withMetrics(server: RunningServer): Promise<Running> {
  const { metrics, config, log } = server.services
  return metrics ? await addMetrics(server, metrics, config, log) : server
}

/** The metrics server starts after the server and stops before it. */
async function addMetrics(
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

/** The first signal starts a graceful shutdown; the second ends the process at once. */
export function stopOnSignal(
  server: Pick<RunningServer, 'stop'>,
  { drainMs }: Pick<Config, 'drainMs'>,
): void {
  let isStopping = false
  const stop = async () => {
    if (isStopping) process.exit(1)
    isStopping = true
    setTimeout(() => process.exit(1), drainMs + maxShutdownMs).unref()
    await server.stop()
  }
  for (const signal of stopSignals) process.on(signal, stop)
}
