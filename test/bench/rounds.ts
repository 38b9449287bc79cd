/** Measures contenders side by side: each has a turn in every round, so that other load on the machine affects all of them. */
import type { Contender, SecuredContender } from './contenders.ts'
import { get, type Load, load, percentile, post } from './load.ts'
import { type Running, run } from './process.ts'

export interface Lane {
  readonly name: string
  readonly server: Running
  readonly request: Load['request']
  readonly onResponse?: Load['onResponse']
}

/** The medians of a lane's rounds. */
export interface Figures {
  readonly name: string
  /** µs of CPU per request. */
  readonly cpu: number
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
}

/** Starts a server and reads the account from it. */
export async function openLane(contender: Contender | SecuredContender): Promise<Lane> {
  return readLane(await run(contender.program, contender.path), contender)
}

/** Reads the account, with one token if the contender requires a login. */
export async function readLane(
  server: Running,
  contender: Contender | SecuredContender,
): Promise<Lane> {
  const { name, path } = contender
  const headers =
    'login' in contender ? { Authorization: `Bearer ${await login(server.port, contender)}` } : {}
  const bytes = get(path, headers)
  return { name, server, request: () => bytes }
}

/** Returns an access token of johndoe. */
export async function login(port: number, contender: SecuredContender): Promise<string> {
  const response = await logIn(port, contender)
  const token = await contender.login.token(response)
  if (typeof token !== 'string')
    throw new Error(`${contender.name}: the login returned ${response.status}`)
  return token
}

/** Logs johndoe in. */
export function logIn(port: number, { login }: SecuredContender): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${login.path}`, {
    method: 'POST',
    headers: login.headers,
    body: login.body,
  })
}

/** The bytes of johndoe's login. */
export function loginRequest({ login }: SecuredContender): string {
  return post(login.path, login.body, login.headers)
}

/**
 * Rounds that are not counted: V8 optimizes a server for the last time after about 20,000 requests, which takes 200 ms of
 * CPU. After that, a request takes a fifth less.
 */
const warmUpRounds = 5

/** Runs warm-up rounds, then the counted rounds. */
export async function sideBySide(
  lanes: readonly Lane[],
  rounds: number,
  options: Pick<Load, 'connections' | 'requests'>,
): Promise<Figures[]> {
  const measured = new Map(lanes.map((lane) => [lane, [] as Omit<Figures, 'name'>[]]))
  for (let round = -warmUpRounds; round < rounds; round++) {
    for (const lane of lanes) {
      const figures = await measure(lane, { ...options, staysAwake: true })
      if (round >= 0) measured.get(lane)?.push(figures)
    }
  }
  return [...measured].map(([{ name }, all]) => ({
    name,
    cpu: median(all.map(({ cpu }) => cpu)),
    perSecond: median(all.map(({ perSecond }) => perSecond)),
    p50: median(all.map(({ p50 }) => p50)),
    p99: median(all.map(({ p99 }) => p99)),
  }))
}

/** Throws if a response is not a 200. */
export async function measure(
  { name, server, request, onResponse }: Lane,
  options: Pick<Load, 'connections' | 'requests' | 'milliseconds' | 'staysAwake'>,
): Promise<Omit<Figures, 'name'>> {
  const { port } = server
  const before = server.cpu()
  const { statuses, perSecond, times } = await load({
    port,
    request,
    ...(onResponse && { onResponse }),
    ...options,
  })
  const cpu = server.cpu() - before
  const ok = times.get(200)
  if (statuses.size !== 1 || !ok) throw new Error(`${name}: ${JSON.stringify([...statuses])}`)
  return { cpu: cpu / ok.length, perSecond, p50: percentile(ok, 0.5), p99: percentile(ok, 0.99) }
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
