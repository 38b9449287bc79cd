/** `GET /metrics`, on a port of its own: what is counted is for whoever watches the server, not for its users. */
import { createServer, type RequestListener } from 'node:http'
import type { Config } from './config.ts'
import { listen } from './listening.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'

export interface MetricsServer {
  /** Where Prometheus finds it. */
  readonly url: string
  stop(): Promise<void>
}

/** Prometheus' text format. */
const mediaType = 'text/plain; version=0.0.4; charset=utf-8'

/** Throws where the port is taken. */
export async function serveMetrics(
  { host, metricsPort: port = 0 }: Pick<Config, 'host' | 'metricsPort'>,
  { text }: Pick<Metrics, 'text'>,
  log: Log,
): Promise<MetricsServer> {
  const answer: RequestListener = async ({ method = '', url }, res) => {
    const isFound = /^\/metrics(\?|$)/.test(url ?? '') && ['GET', 'HEAD'].includes(method)
    if (!isFound) return void res.writeHead(404).end()
    try {
      const body = await text()
      res.writeHead(200, { 'Content-Type': mediaType }).end(body)
    } catch (error) {
      log.error({ err: error }, 'the metrics could not be read')
      res.writeHead(500).end()
    }
  }
  const server = createServer(answer)
  const url = await listen(server, { host, port, setting: 'METRICS_PORT' })
  return {
    url: `${url}/metrics`,
    async stop() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
