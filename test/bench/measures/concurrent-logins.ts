/** Targets 4 and 5: many logins hardly slow other requests down, and logins over the limit are refused at once. */
import { availableParallelism } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { betterAuth, type SecuredContender, seed, tessera } from '../contenders.ts'
import type { BenchDatabase } from '../database.ts'
import { get, type LoadResult, load, percentile } from '../load.ts'
import { type Running, run } from '../process.ts'
import { type Lane, loginRequest, openLane } from '../rounds.ts'
import type { Result } from '../target.ts'

const milliseconds = 4_000

export async function measureConcurrentLogins(database: BenchDatabase): Promise<Result[]> {
  const contender = tessera(database.file)
  const server = await run(contender.program)
  const bytes = database.tokens.map((token) =>
    get('/users/me', { Authorization: `Bearer ${token}` }),
  )
  let at = 0
  const request = () => bytes[at++ % bytes.length] ?? ''
  const { idle, loaded } = await measureIdleAndLoaded(server, contender, request, 16)
  await server.stop()
  const p99 = (result: LoadResult) => percentile(result.times.get(200), 0.99)
  return [
    {
      what: '4  GET /users/me with 16 logins in flight: requests/s ÷ idle',
      value: loaded.perSecond / idle.perSecond,
      unit: '×',
      atLeast: 0.8,
    },
    { what: '4  … p99 ÷ idle', value: p99(loaded) / p99(idle), unit: '×', atMost: 3 },
    await underLogins(betterAuth(database.file), 16),
    ...(await tutorialUnderLogins()),
  ]
}

async function tutorialUnderLogins(): Promise<Result[]> {
  const contender = seed()
  return typeof contender === 'string' ? [] : [await underLogins(contender, 4)]
}

async function underLogins(contender: SecuredContender, loginsInFlight: number): Promise<Result> {
  const { server, request } = await openLane(contender)
  const { idle, loaded } = await measureIdleAndLoaded(server, contender, request, loginsInFlight)
  await server.stop()
  const value = loaded.perSecond / idle.perSecond
  return { what: `4  … of ${contender.name}, ${loginsInFlight} logins in flight`, value, unit: '×' }
}

async function measureIdleAndLoaded(
  { port }: Running,
  contender: SecuredContender,
  request: Lane['request'],
  loginsInFlight: number,
): Promise<{ idle: LoadResult; loaded: LoadResult }> {
  const reading = { port, connections: 10, milliseconds, request }
  await load({ ...reading, milliseconds: 1_000 })
  const idle = await load(reading)
  const bytes = loginRequest(contender)
  const logins = load({
    port,
    connections: loginsInFlight,
    milliseconds: milliseconds + 500,
    request: () => bytes,
  })
  await setTimeout(300)
  const loaded = await load(reading)
  await logins
  return { idle, loaded }
}

/** Sends five times as many logins as the cores can hash. */
export async function measureOverload({ file }: BenchDatabase): Promise<Result[]> {
  const contender = tessera(file)
  const { port, stop } = await run(contender.program)
  const cores = availableParallelism()
  const bytes = loginRequest(contender)
  const request = () => bytes
  const { perSecond } = await load({ port, connections: 2 * cores, milliseconds, request })
  // At the rate of a load balancer: a generator at full speed would take CPU from the hashing threads.
  const healthy = sendAtRate(port, get('/healthz'), 20)
  const { accepted, refused, rate } = await sendAtRate(port, bytes, 5 * perSecond)
  const alive = (await healthy).accepted
  await stop()
  // Per thread, 16 logins are queued and one is being hashed.
  const wholeQueueMs = (17 * cores * 1000) / rate
  return [
    {
      what: '5  5 × overload: p99 of an accepted login ÷ (queue ÷ rate)',
      value: percentile(accepted, 0.99) / wholeQueueMs,
      unit: '×',
      atMost: 1,
    },
    { what: '5  … p99 of a refusal', value: percentile(refused, 0.99), unit: 'ms', atMost: 50 },
    { what: '5  … p99 of /healthz', value: percentile(alive, 0.99), unit: 'ms', atMost: 100 },
  ]
}

interface RateResult {
  /** Milliseconds, in ascending order. */
  readonly accepted: Float64Array
  readonly refused: Float64Array
  /** Accepted logins per second. */
  readonly rate: number
}

/** Sends requests at a constant rate, whether earlier ones have completed or not. */
async function sendAtRate(port: number, bytes: string, perSecond: number): Promise<RateResult> {
  const all: Promise<LoadResult>[] = []
  const start = performance.now()
  while (performance.now() - start < 2 * milliseconds) {
    all.push(load({ port, connections: 1, requests: 1, request: () => bytes }))
    await setTimeout(start + (all.length * 1000) / perSecond - performance.now())
  }
  const results = await Promise.all(all)
  const seconds = (performance.now() - start) / 1000
  const timesOf = (status: number) =>
    Float64Array.from(results.flatMap(({ times }) => [...(times.get(status) ?? [])])).sort()
  const accepted = timesOf(200)
  return { accepted, refused: timesOf(503), rate: accepted.length / seconds }
}
