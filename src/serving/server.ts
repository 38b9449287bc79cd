/** The life of the process: listen, be ready, drain, end. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as pause, setImmediate } from 'node:timers/promises'
import type { Config } from '../config/config.ts'
import { readContract } from '../contract/contract.ts'
import { closeServices, openServices, type Services } from '../services.ts'
import { createLog, type Log } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { type AppOptions, createApp, errorFormats } from './app.ts'
import { closeAfterResponses, guardConnections, unreadable } from './connections.ts'
import { purgeExpired } from './housekeeping.ts'
import { listen } from './listening.ts'
import { holdUntilReady } from './starting.ts'

export interface RunningServer {
  /** Where it listens, `http://…`. */
  readonly url: string
  readonly services: Services
  /** Is ready no more, answers what was accepted and what comes for DRAIN_SECONDS, then closes everything. */
  stop(): Promise<void>
}

export interface ServerOptions extends AppOptions {
  readonly config: Config
  readonly log?: Log
  readonly now?: () => number
}

/** How long a request may take to arrive, in milliseconds. The largest one has 80 KiB. */
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  // Longer than the idle time of the usual balancers, so that it is they who close a connection.
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16_384,
  // Checked by the app, which answers in the form of all other refusals.
  requireHostHeader: false,
}

/** How long a connection may do nothing while an answer is on its way, in milliseconds. */
const idleTimeout = 60_000

/** For so long at least requests are served that were on their way when the server was told to stop, in milliseconds. */
const minDrainMs = 100

/** Resolves once requests are served. Throws where the port is taken, the store is unusable, or the contract not whole. */
export async function startServer({
  config,
  now,
  ...options
}: ServerOptions): Promise<RunningServer> {
  const log = options.log ?? createLog(config)
  let services: Services | undefined
  // The port is bound first: its number is part of the issuer. Requests that are early wait for the app.
  const app = Promise.withResolvers<RequestListener>()
  const server = createServer(limits)
  // A client that does not read its answer.
  server.timeout = idleTimeout
  const { operations } = options.contract ?? readContract()
  let accepting = true
  const wait = guardConnections(
    holdUntilReady(app.promise, operations, errorFormats),
    () => accepting,
  )
  server.on('request', wait)
  const refuse = unreadable((status, about) => {
    log.info({ status, ...about }, 'a request could not be read')
    services?.metrics?.countUnreadable(status)
  })
  server.on('clientError', refuse)
  const connections = new Set<Socket>()
  server.on('connection', (socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  // An expectation that nobody knows is no reason to refuse (RFC 9110 §10.1.1).
  server.on('checkExpectation', (req, res) => server.emit('request', req, res))
  const { host, port } = config
  const url = await listen(server, { host, port, setting: 'PORT' })

  try {
    services = await openServices({
      config,
      log,
      issuer: config.issuer ?? url,
      accepting: () => accepting,
      metrics: await metricsOf(config),
      ...(now && { now }),
    })
    const ready = createApp(services, options)
    server.off('request', wait)
    server.on(
      'request',
      guardConnections(ready, () => accepting),
    )
    app.resolve(ready)
  } catch (error) {
    server.close().closeAllConnections()
    if (services) await closeServices(services)
    throw error
  }
  const running = services
  const housekeeping = setInterval(() => void purgeExpired(running), 3_600_000).unref()
  void purgeExpired(running)

  return {
    url,
    services: running,
    async stop() {
      accepting = false
      clearInterval(housekeeping)
      for (const socket of connections) closeAfterResponses(socket)
      await pause(Math.max(config.drainMs, minDrainMs))
      // What has come meanwhile is read before a connection is believed to be idle.
      await setImmediate()
      await close(server)
      await closeServices(running)
    },
  }
}

/** The library is loaded where something is counted. */
async function metricsOf({ metricsPort }: Config): Promise<Metrics | undefined> {
  if (metricsPort === undefined) return undefined
  const { createMetrics } = await import('../telemetry/metrics.ts')
  return createMetrics()
}

/** Resolves when every request that was accepted has been answered. A connection that is kept alive ends with its answer. */
async function close(server: Server): Promise<void> {
  const sweep = setInterval(() => server.closeIdleConnections(), 20)
  // A request that has not arrived by then would have been refused; Node's own check ends with the listening.
  const deadline = setTimeout(() => server.closeAllConnections(), server.requestTimeout)
  try {
    await new Promise<void>((closed, failed) => {
      server.close((error) => (error ? failed(error) : closed()))
    })
  } finally {
    clearInterval(sweep)
    clearTimeout(deadline)
  }
}
