/** Contenders side by side: each gets its turn in every round, so that what the machine does besides hits all alike. */
import { type Contender, expressOAuthServer } from './contenders.ts'
import { get, type Load, load, percentile, post } from './load.ts'
import { type Running, run } from './process.ts'

export interface Lane {
  readonly name: string
  readonly server: Running
  readonly request: Load['request']
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

/** A lane that reads the account with one token. */
export async function openLane(contender: Contender): Promise<Lane> {
  const { name, program, path, secured } = contender
  const server = await run(program, path)
  const headers = secured ? { Authorization: `Bearer ${await login(server.port, contender)}` } : {}
  const bytes = get(path, headers)
  return { name, server, request: () => bytes }
}

/** An access token of johndoe's. */
export async function login(port: number, contender: Contender): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/token`, {
    method: 'POST',
    body: new URLSearchParams(loginForm(contender)),
  })
  const { access_token } = (await answer.json()) as { access_token: string }
  return access_token
}

/** johndoe's password request. */
export function loginForm({ name }: Contender): Record<string, string> {
  const client = name === expressOAuthServer.name ? { client_id: 'bench' } : {}
  return { grant_type: 'password', username: 'johndoe', password: 'secret123', ...client }
}

export const loginRequest = (contender: Contender) => post('/token', loginForm(contender))

/** Two rounds to warm up, then those that count. */
export async function sideBySide(
  lanes: readonly Lane[],
  rounds: number,
  options: Pick<Load, 'connections' | 'requests'>,
): Promise<Figures[]> {
  const measured = new Map(lanes.map((lane) => [lane, [] as Omit<Figures, 'name'>[]]))
  for (let round = -2; round < rounds; round++) {
    for (const lane of lanes) {
      const figures = await once(lane, options)
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

async function once(
  { server, request, name }: Lane,
  options: Pick<Load, 'connections' | 'requests'>,
) {
  const { port } = server
  const before = server.cpu()
  const { statuses, perSecond, times } = await load({ port, request, ...options })
  const answered = statuses.get(200) ?? 0
  if (answered !== options.requests) throw new Error(`${name}: ${JSON.stringify([...statuses])}`)
  const ok = times.get(200)
  return {
    cpu: (server.cpu() - before) / answered,
    perSecond,
    p50: percentile(ok, 0.5),
    p99: percentile(ok, 0.99),
  }
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
