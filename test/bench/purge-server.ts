/** A server of the checkout in its argument, for `purge.ts`: it purges or waits when it is told to, and reports the delay of its event loop. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { CreatedServer } from '../../src/create-server.ts'
import type { Product } from '../../src/services.ts'

/** Seconds of the purge, and milliseconds by which the event loop was late. */
export interface LoopDelay {
  /** The most milliseconds of CPU that its thread used between two turns: other programs on the machine add nothing to it. */
  readonly cpu: number
  readonly seconds: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

const source = pathToFileURL(`${process.argv[2]}/src/`)
const { addDemoData }: typeof import('../../src/commands/demo-data.ts') = await import(
  `${source}commands/demo-data.ts`
)
const { readConfig }: typeof import('../../src/config/config.ts') = await import(
  `${source}config/config.ts`
)
const { purgeExpired }: typeof import('../../src/serving/housekeeping.ts') = await import(
  `${source}serving/housekeeping.ts`
)
const { startServer }: typeof import('../../src/serving/server.ts') = await import(
  `${source}serving/server.ts`
)
/** Older checkouts have no `productOf`: their product is a property, or they need none. */
const { tessera }: { tessera?: CreatedServer & { product?: Product } } = await import(
  `${source}main.ts`
)
const { productOf }: Partial<typeof import('../../src/create-server.ts')> = await import(
  `${source}create-server.ts`
).catch(() => ({}))

const config = readConfig({ ...process.env, PORT: '0', LOG_LEVEL: 'silent' })
const product = tessera?.product ?? (tessera && productOf?.(tessera))
const { url, services } = await startServer({ config, product: product as Product })
await addDemoData(services)

const resolution = 1
process.on('message', async (message) => {
  if (message === 'start') return void process.send?.(new URL(url).port)
  const delay = monitorEventLoopDelay({ resolution })
  delay.enable()
  const longestTurn = watchTurns()
  const start = performance.now()
  await (message === 'wait' ? pause(10_000) : purgeExpired(services))
  const seconds = (performance.now() - start) / 1000
  delay.disable()
  const cpu = longestTurn()
  const late = (nanoseconds: number) => nanoseconds / 1e6 - resolution
  const [p50, p99] = [late(delay.percentile(50)), late(delay.percentile(99))]
  process.send?.({ seconds, cpu, p50, p99, max: late(delay.max) } satisfies LoopDelay)
})

function watchTurns(): () => number {
  let before = process.threadCpuUsage()
  let longest = 0
  const timer = setInterval(() => {
    const { user, system } = process.threadCpuUsage(before)
    longest = Math.max(longest, (user + system) / 1000)
    before = process.threadCpuUsage()
  }, 1)
  return () => {
    clearInterval(timer)
    return longest
  }
}
