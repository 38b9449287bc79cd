/**
 * One scrape returns the metrics of all workers, each with a `worker` label; Prometheus sums them. Not prom-client's
 * `clusterMetrics()`, because of J8: it fails while a worker hangs, and crashes this process if a worker is just exiting.
 */
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { AggregatorRegistry, type Registry } from 'prom-client'

type WorkerMetrics = Awaited<ReturnType<Registry['getMetricsAsJSON']>>

const metricsRequest = 'metrics'
type MetricsReply = { readonly metrics: WorkerMetrics }

const maxReplyMs = 1_000

/** In a worker: replies to the primary process. */
export function replyWithMetrics(registry: Registry, worker: number): void {
  registry.setDefaultLabels({ worker })
  process.on('message', async (message) => {
    if (message !== metricsRequest) return
    process.send?.({ metrics: await registry.getMetricsAsJSON() } satisfies MetricsReply)
  })
}

/** In the primary process: the metrics of all workers that reply in time, in Prometheus' text format. */
export async function metricsOfWorkers(): Promise<string> {
  const replies = await Promise.all(Object.values(cluster.workers ?? {}).map(metricsOf))
  // The label leaves nothing to aggregate; the default would omit some metrics.
  const metrics = replies.flat().map((metric) => ({ ...metric, aggregator: 'first' as const }))
  return await AggregatorRegistry.aggregate([metrics]).metrics()
}

async function metricsOf(worker: Worker | undefined): Promise<WorkerMetrics> {
  if (!worker?.isConnected()) return []
  const reply = once(worker, 'message', { signal: AbortSignal.timeout(maxReplyMs) })
  // Without a callback, a failed send would be an `error` event, and end this process.
  worker.send(metricsRequest, () => {})
  const [message]: Partial<MetricsReply>[] = await reply.catch(() => [])
  return message?.metrics ?? []
}
