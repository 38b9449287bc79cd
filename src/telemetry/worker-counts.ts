/** One count for all `WORKERS`: one that hangs keeps nobody waiting, and what a dead one has counted stays counted. */
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { AggregatorRegistry, Gauge, Registry } from 'prom-client'

type Counts = Awaited<ReturnType<Registry['getMetricsAsJSON']>>

const question = 'what have you counted?'
type Answer = { readonly counted: Counts }

/** How long a worker may take for its answer, in milliseconds. */
const patienceMs = 1_000

/** In a worker: answers the first process, whenever it asks. */
export function tellCounts(registry: Registry): void {
  process.on('message', async (message) => {
    if (message !== question) return
    process.send?.({ counted: await registry.getMetricsAsJSON() } satisfies Answer)
  })
}

/** In the first process: of each worker what it says, or said last, and of the dead what only grows. As Prometheus reads it. */
export function workersCounts(): { text(): Promise<string> } {
  const said = new Map<number, Counts>()
  let left: Promise<Counts> = Promise.resolve([])
  const started = startTime().getMetricsAsJSON()

  cluster.on('message', (worker, message: Partial<Answer>) => {
    if (message.counted && !worker.isDead()) said.set(worker.id, message.counted)
  })
  cluster.on('exit', ({ id }) => {
    const counts = (said.get(id) ?? []).filter(({ type }) => growing.includes(String(type)))
    said.delete(id)
    left = left.then((before) => sum([before, counts]).getMetricsAsJSON())
  })

  return {
    async text() {
      await Promise.all(Object.values(cluster.workers ?? {}).map(ask))
      return await sum([await started, ...said.values(), await left]).metrics()
    },
  }
}

/** The server's is that of this process, which has all counts: a worker that is started anew begins none of them again. */
function startTime(): Registry {
  const registry = new Registry()
  new Gauge({
    name: 'process_start_time_seconds',
    help: 'Start time of the first process since unix epoch in seconds.',
    aggregator: 'first',
    registers: [registry],
  }).set(Math.round(Date.now() / 1000 - process.uptime()))
  return registry
}

const growing = ['counter', 'histogram']

function sum(counts: readonly Counts[]): Registry {
  return AggregatorRegistry.aggregate([...counts])
}

/** Resolves when there is an answer, or none will be waited for. */
async function ask(worker: Worker | undefined): Promise<void> {
  if (!worker?.isConnected()) return
  const answered = once(worker, 'message', { signal: AbortSignal.timeout(patienceMs) })
  // Without a callback, a worker that is about to die would end this process.
  worker.send(question, () => {})
  await answered.catch(() => {})
}
