/** `GET /metrics`, on a port of its own: metrics are for operators, not for clients of the API. */
import type { RequestListener } from 'node:http'
import type { Socket } from 'node:net'
import type { Config } from '../config/config.ts'
import type { Log } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { listen } from './listening.ts'

/** Prometheus' text format. */
const mediaType = 'text/plain; version=0.0.4; charset=utf-8'

/** In milliseconds and bytes. A scrape is a small request. */
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16_384,
}

/** How long a connection may be idle during a response, in milliseconds. */
const idleTimeout = 10_000

/** Further ones are closed. A Prometheus has one. */
const maxConnections = 100

/** Throws `InvalidSetting` if the port is in use. */
export async function serveMetrics(
  { host, metricsPort: port = 0 }: Pick<Config, 'host' | 'metricsPort'>,
  { text }: Pick<Metrics, 'text'>,
  log: Log,
) {
  const read = singleFlight(text)
  const served = new WeakSet<Socket>()
  const respond: RequestListener = async ({ method = '', url, socket }, res) => {
    // One request per connection: a client that sends requests and reads no response would fill the memory.
    if (served.has(socket)) return void socket.destroy()
    served.add(socket)
    res.setHeader('Connection', 'close')
    const isFound = /^\/metrics(\?|$)/.test(url ?? '') && ['GET', 'HEAD'].includes(method)
    if (!isFound) return void res.writeHead(404).end()
    try {
      const body = await read()
      res.writeHead(200, { 'Content-Type': mediaType }).end(body)
    } catch (error) {
      log.error({ err: error }, 'cannot read the metrics')
      res.writeHead(500).end()
    }
  }
  // Not by `import`: see `server.ts`.
  const { createServer } = process.getBuiltinModule('node:http')
  const server = createServer(limits, respond)
  server.timeout = idleTimeout
  server.maxConnections = maxConnections
  const url = await listen(server, { host, port, setting: 'METRICS_PORT' })
  return {
    /** The URL to scrape. */
    url: `${url}/metrics`,
    async stop(): Promise<void> {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

/** Concurrent requests share one result. */
function singleFlight(read: () => Promise<string>): () => Promise<string> {
  let reading: Promise<string> | undefined
  return () => {
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }
}
