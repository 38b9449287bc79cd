/** The lifecycle of the server: listen, start, drain, stop. */
import type { RequestListener, Server } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as pause, setImmediate } from 'node:timers/promises'
import type { RequestHandler } from 'express'
import { continueAfterChecks } from '#contract'
import type { Config } from '../config/config.ts'
import { requireMailDir } from '../mail/mail-dir.ts'
import { sendsMail } from '../mail/require-mail.ts'
import { closeServices, openServices, type Product, type Services } from '../services.ts'
import { createLog, type Log } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { siteOf } from '../throttling/network.ts'
import { createApp, createFront, errorFormats } from './app.ts'
import {
  activityOf,
  closeAfterResponses,
  guardConnections,
  parserErrorHandler,
} from './connections.ts'
import { startEventDelivery } from './event-delivery.ts'
import { schedulePurges } from './housekeeping.ts'
import { trustedProxies, unreadRequestHeaders } from './http.ts'
import { listen } from './listening.ts'
import type { OnMail } from './mail-delivery.ts'
import { type Activity, type OpenConnections, openConnections } from './open-connections.ts'
import { refusalLog } from './request-log.ts'
import { holdUntilReady, refuseAll } from './starting.ts'
import { unreadResponses } from './unread-responses.ts'

export interface RunningServer {
  /** Where the server listens, `http://…`. */
  readonly url: string
  readonly services: Services
  /** Makes /readyz fail, serves requests for DRAIN_SECONDS, completes the accepted ones, and closes everything. */
  stop(): Promise<void>
}

export interface ServerOptions {
  readonly config: Config
  readonly product: Product
  readonly log?: Log
  readonly now?: () => number
  /** What must be done before the first request is served. */
  readonly prepare?: (services: Services) => Promise<void>
  readonly demo?: Demo
}

/** What only the demo has. */
export interface Demo {
  /** Gets each mail that was sent. */
  readonly onMail: OnMail
  /** Beside those of the documentation. */
  readonly pages: RequestHandler
  /** Where the links of mails lead, without APP_URL. */
  readonly appPath: string
}

/** Timeouts in milliseconds, for requests of up to 80 KiB. */
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16_384,
  // The app checks it, with the error format of other refusals.
  requireHostHeader: false,
}

/** How long a connection may be idle while a response is pending, in milliseconds. */
const idleTimeout = 60_000

/** The part of the connections that one network may have. */
const networkShare = 1 / 4

/** How long a request may still arrive after the last connection has been accepted, in milliseconds. */
const maxArrivalMs = 5_000

/** Minimum time to serve requests that were in transit when the shutdown began. */
const minDrainMs = 100

/** Resolves once requests are served. Throws if the port is in use, the store is unusable, or the contract is incomplete. */
export async function startServer({
  config,
  product,
  now,
  prepare,
  demo,
  log = createLog(config),
}: ServerOptions): Promise<RunningServer> {
  if (config.mailDir !== undefined) await requireMailDir(config.mailDir)
  const metrics = await metricsOf(config)
  let services: Services | undefined
  // The port is bound first: its number is part of the default issuer. Early requests wait for the app.
  const app = Promise.withResolvers<RequestListener>()
  // An `import` of it would also load Node's `fetch`: 20 ms of CPU.
  const { createServer } = process.getBuiltinModule('node:http')
  const server = createServer({ ...limits, keepAliveTimeout: config.keepAliveMs })
  // For clients that do not read their responses.
  server.timeout = idleTimeout
  const { operations } = product.contract
  let isAccepting = true
  const onClosed = (activity: Activity) => metrics?.countClosedConnection(activity)
  const errors = errorFormats(config)
  const refuse = createFront(
    { config, log, metrics },
    refuseAll(operations, errors, refusalLog(log)),
  )
  const connections = openConnections({ ...connectionLimits(config), activityOf, onClosed })
  metrics?.watchConnections(connections.size)
  const watchResponse = unreadResponses(() => onClosed('unread'))
  let listener = holdUntilReady(app.promise, refuse)
  server.on(
    'request',
    guardConnections(
      (req, res) => listener(req, res),
      () => isAccepting,
      connections,
      watchResponse,
    ),
  )
  const onParserError = parserErrorHandler(
    errors[0],
    unreadRequestHeaders(config),
    (status, about) => {
      log.info({ status, ...about }, 'request rejected by the HTTP parser')
      metrics?.countUnreadable(status)
    },
  )
  server.on('clientError', onParserError)
  server.on('connection', connections.add)
  continueAfterChecks(server)
  // An unknown expectation is ignored (RFC 9110 §10.1.1).
  server.on('checkExpectation', (req, res) => server.emit('request', req, res))
  const { host, port } = config
  const url = await listen(server, { host, port, setting: 'PORT' })
  const issuer = config.issuer ?? url

  try {
    services = await openServices({
      config: demo ? { ...config, appUrl: config.appUrl ?? `${issuer}${demo.appPath}` } : config,
      product,
      log,
      issuer,
      isAccepting: () => isAccepting,
      metrics,
      ...(now && { now }),
    })
    await prepare?.(services)
    listener = createApp(services, demo?.pages)
    app.resolve(listener)
  } catch (error) {
    server.close().closeAllConnections()
    if (services) await closeServices(services)
    throw error
  }
  const running = services
  const stopPurges = schedulePurges(running)
  const stopDeliveries = [startEventDelivery(running), await mailDelivery(running, demo?.onMail)]

  return {
    url,
    services: running,
    async stop() {
      isAccepting = false
      stopPurges()
      for (const socket of connections.all()) closeAfterResponses(socket)
      await pause(Math.max(config.drainMs, minDrainMs))
      await acceptWaiting(server)
      await close(server, connections)
      await Promise.all(stopDeliveries.map((stopDelivery) => stopDelivery()))
      await closeServices(running)
    },
  }
}

function connectionLimits({ maxConnections, trustProxy }: Config) {
  const isProxy = trustedProxies(trustProxy)
  return {
    max: maxConnections,
    maxPerNetwork: Math.ceil(maxConnections * networkShare),
    networkOf: ({ remoteAddress = '' }: Socket) =>
      isProxy(remoteAddress) ? undefined : siteOf(remoteAddress),
  }
}

/** Imports the library only if it is used. */
async function mailDelivery(
  services: Services,
  onMail: OnMail | undefined,
): Promise<() => Promise<void>> {
  if (!sendsMail(services.config)) return async () => {}
  const { startMailDelivery } = await import('./mail-delivery.ts')
  return startMailDelivery(services, onMail)
}

/** Imports the library only if it is used. */
async function metricsOf({ metricsPort }: Config): Promise<Metrics | undefined> {
  if (metricsPort === undefined) return undefined
  const { createMetrics } = await import('../telemetry/metrics.ts')
  return createMetrics()
}

/** The number of connections that can wait to be accepted: Node's default. */
const backlog = 511

/**
 * Accepts the connections that wait, which a close would reset. Node accepts one in each turn of the event loop, and reads
 * received data there, so that a connection with a request is not treated as idle.
 */
async function acceptWaiting(server: Server): Promise<void> {
  let mayMoreWait = true
  const onConnection = () => {
    mayMoreWait = true
  }
  server.on('connection', onConnection)
  for (let turn = 0; mayMoreWait && turn < backlog; turn += 1) {
    mayMoreWait = false
    await setImmediate()
  }
  server.off('connection', onConnection)
}

/**
 * Resolves when every accepted request has its response. A keep-alive connection closes after its response, and one on which a
 * request still arrives after `maxArrivalMs`.
 */
async function close(server: Server, connections: OpenConnections): Promise<void> {
  const sweep = setInterval(() => server.closeIdleConnections(), 20)
  const arrival = setTimeout(() => {
    for (const socket of connections.all()) if (activityOf(socket) === 'receiving') socket.destroy()
  }, maxArrivalMs)
  // Node's own timeouts stop with the listening socket.
  const deadline = setTimeout(() => server.closeAllConnections(), server.requestTimeout)
  try {
    await new Promise<void>((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()))
    })
  } finally {
    clearInterval(sweep)
    clearTimeout(arrival)
    clearTimeout(deadline)
  }
}
