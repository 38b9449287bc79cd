/** Targets 4 and 5: who is logged in hardly notices a storm of logins, and those that are too many are told so at once. */
import { availableParallelism } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { betterAuth, type SecuredContender, seed, tessera } from '../contenders.ts'
import type { BenchDatabase } from '../database.ts'
import { type Answers, get, load, percentile } from '../load.ts'
import { type Running, run } from '../process.ts'
import { type Lane, loginRequest, openLane } from '../rounds.ts'
import type { Result } from '../target.ts'

const milliseconds = 4_000

export async function measureStorm(database: BenchDatabase): Promise<Result[]> {
  const contender = tessera(database.file)
  const server = await run(contender.program)
  const bytes = database.tokens.map((token) =>
    get('/users/me', { Authorization: `Bearer ${token}` }),
  )
  let at = 0
  const request = () => bytes[at++ % bytes.length] ?? ''
  const { idle, stormy } = await idleAndStormy(server, contender, request, 16)
  await server.stop()
  const p99 = (answers: Answers) => percentile(answers.times.get(200), 0.99)
  return [
    {
      what: '4  GET /users/me with 16 logins in flight: requests/s of idle',
      value: stormy.perSecond / idle.perSecond,
      unit: '×',
      atLeast: 0.8,
    },
    { what: '4  … p99 of idle', value: p99(stormy) / p99(idle), unit: '×', atMost: 3 },
    await stormOf(betterAuth(database.file), 16),
    ...(await stormOfTheTutorial()),
  ]
}

async function stormOfTheTutorial(): Promise<Result[]> {
  const contender = seed()
  return typeof contender === 'string' ? [] : [await stormOf(contender, 4)]
}

async function stormOf(contender: SecuredContender, loginsInFlight: number): Promise<Result> {
  const { server, request } = await openLane(contender)
  const { idle, stormy } = await idleAndStormy(server, contender, request, loginsInFlight)
  await server.stop()
  const value = stormy.perSecond / idle.perSecond
  return { what: `4  … of ${contender.name}, ${loginsInFlight} logins in flight`, value, unit: '×' }
}

async function idleAndStormy(
  { port }: Running,
  contender: SecuredContender,
  request: Lane['request'],
  loginsInFlight: number,
): Promise<{ idle: Answers; stormy: Answers }> {
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
  const stormy = await load(reading)
  await logins
  return { idle, stormy }
}

/** Five times as many logins as the cores can hash. */
export async function measureOverload({ file }: BenchDatabase): Promise<Result[]> {
  const contender = tessera(file)
  const { port, stop } = await run(contender.program)
  const cores = availableParallelism()
  const bytes = loginRequest(contender)
  const request = () => bytes
  const { perSecond } = await load({ port, connections: 2 * cores, milliseconds, request })
  // Asked now and then, as a balancer asks: a generator at full speed would take the core of the hashing threads.
  const healthy = arrivals(port, get('/healthz'), 20)
  const { accepted, refused, rate } = await arrivals(port, bytes, 5 * perSecond)
  const alive = (await healthy).accepted
  await stop()
  // 16 wait for each thread, and the one before them is at work.
  const wholeQueueMs = (17 * cores * 1000) / rate
  return [
    {
      what: '5  5 × overload: p99 of a login that is let in, of queue ÷ rate',
      value: percentile(accepted, 0.99) / wholeQueueMs,
      unit: '×',
      atMost: 1,
    },
    { what: '5  … p99 of a refusal', value: percentile(refused, 0.99), unit: 'ms', atMost: 50 },
    { what: '5  … p99 of /healthz', value: percentile(alive, 0.99), unit: 'ms', atMost: 100 },
  ]
}

interface Arrivals {
  /** Milliseconds, in ascending order. */
  readonly accepted: Float64Array
  readonly refused: Float64Array
  /** How many were let in, per second of the whole time. */
  readonly rate: number
}

/** Requests that come whatever becomes of those before. */
async function arrivals(port: number, bytes: string, perSecond: number): Promise<Arrivals> {
  const all: Promise<Answers>[] = []
  const begun = performance.now()
  while (performance.now() - begun < 2 * milliseconds) {
    all.push(load({ port, connections: 1, requests: 1, request: () => bytes }))
    await setTimeout(begun + (all.length * 1000) / perSecond - performance.now())
  }
  const answers = await Promise.all(all)
  const seconds = (performance.now() - begun) / 1000
  const timesOf = (status: number) =>
    Float64Array.from(answers.flatMap(({ times }) => [...(times.get(status) ?? [])])).sort()
  const accepted = timesOf(200)
  return { accepted, refused: timesOf(503), rate: accepted.length / seconds }
}
