/** PostgreSQL is stopped and started under load: during the outage requests immediately return 503 with Retry-After. */
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, postgresSettings } from '../harness/database.ts'
import { type RunningPostgres, startPostgres } from '../harness/embedded-postgres.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { loginPair } from '../harness/token-request.ts'
import { chance, rounds } from './chance.ts'

/** The promise is two seconds, but tests measure no times: this is a hang on any machine. */
const hangs = 10_000

interface HttpResponse {
  readonly what: string
  /** Absent without a response. */
  readonly status?: number
  readonly retryAfter?: string | null
  /** In milliseconds. */
  readonly asked: number
  readonly took: number
}

type Requests = Readonly<Record<string, () => [path: string, request?: RequestInit]>>

/** The requests of users, which succeed while the database is available. */
function requestsOf(access: string, refresh: string, name: string): Requests {
  const headers = { authorization: `Bearer ${access}` }
  const form = (fields: Record<string, string>): RequestInit => ({
    method: 'POST',
    body: new URLSearchParams(fields),
  })
  const json = { ...headers, 'content-type': 'application/json' }
  let item = 0
  const item_id = () => `${name}-${item++}`
  return {
    'their account': () => ['/users/me', { headers }],
    'a login': () => ['/token', form({ username: 'johndoe', password: 'secret123' })],
    'a refresh': () => ['/token', form({ grant_type: 'refresh_token', refresh_token: refresh })],
    'a new item': () => [
      '/users/me/items',
      { method: 'POST', headers: json, body: JSON.stringify({ item_id: item_id() }) },
    ],
    readiness: () => ['/readyz'],
  }
}

interface Load {
  readonly responses: readonly HttpResponse[]
  end(): Promise<unknown>
}

/** Sends each kind of request continuously, two at a time, with pauses that leave CPU time for hashing. */
function load({ url }: TestServer, requests: Requests): Load {
  const responses: HttpResponse[] = []
  let ended = false
  const loops = Object.entries(requests).flatMap(([what, next]) =>
    Array.from({ length: 2 }, async () => {
      while (!ended) {
        const asked = performance.now()
        const response = await sendRequest(url, next())
        responses.push({ what, asked, took: performance.now() - asked, ...response })
        await setTimeout(20)
      }
    }),
  )
  return {
    responses,
    end: () => {
      ended = true
      return Promise.all(loops)
    },
  }
}

async function sendRequest(
  url: string,
  [path, request]: [string, RequestInit?],
): Promise<Pick<HttpResponse, 'status' | 'retryAfter'>> {
  try {
    const signal = AbortSignal.timeout(hangs)
    const response = await fetch(`${url}${path}`, { ...request, signal })
    await response.arrayBuffer()
    return { status: response.status, retryAfter: response.headers.get('retry-after') }
  } catch {
    return {}
  }
}

const isServed = ({ status }: HttpResponse) => status === 200 || status === 201
const isUnavailable = ({ status, retryAfter }: HttpResponse) =>
  status === 503 && /^[1-9]\d*$/.test(retryAfter ?? '')

describe('two servers on a PostgreSQL', () => {
  let postgres: RunningPostgres
  let servers: readonly [TestServer, TestServer]
  beforeAll(async () => {
    postgres = await startPostgres()
    const settings = {
      ...postgresSettings(postgres.url),
      ISSUER: 'https://id.example.com',
      // Long enough to use one refresh token for the whole test.
      REFRESH_GRACE_SECONDS: '300',
    }
    const first = await testServer({ settings })
    servers = [first, await testServer({ settings, empty: true })]
  })
  afterAll(() => postgres.remove())

  it(
    `return 503 with Retry-After during the outage, and recover independently, ${rounds} times [J4]`,
    async () => {
      const { below } = chance(0)
      const { access, refresh } = await loginPair(servers[0])
      const loads = servers.map((server, n) =>
        load(server, requestsOf(access, refresh, `item-${n}`)),
      )
      const responsesOf = ({ responses }: Load, from: number, to = Number.POSITIVE_INFINITY) =>
        responses.filter(({ asked, took }) => asked >= from && asked + took < to)
      const all = (from: number, to?: number) =>
        loads.flatMap((each) => responsesOf(each, from, to))
      const recoveries: number[] = []
      const away: HttpResponse[] = []
      for (let round = 1; round <= rounds; round++) {
        await setTimeout(200 + below(300))
        await postgres.stop()
        const stopped = performance.now()
        await setTimeout(500 + below(1_000))
        away.push(...all(stopped))
        await postgres.start()
        const started = performance.now()
        for (const each of loads) {
          const first = () => responsesOf(each, started).find(isServed)
          await expect.poll(first, { timeout: hangs, interval: 5 }).toBeDefined()
          const { asked = 0, took = 0 } = first() ?? {}
          recoveries.push(asked + took - started)
        }
        // Then all are served again, and no request fails.
        const recovered = performance.now()
        await setTimeout(300)
        expect(all(recovered).filter((each) => !isServed(each))).toEqual([])
      }
      await Promise.all(loads.map(({ end }) => end()))

      const responses = all(0)
      expect(
        responses.filter((response) => !isServed(response) && !isUnavailable(response)),
      ).toEqual([])
      expect(away.filter((response) => !isUnavailable(response))).toEqual([])
      for (const what of Object.keys(requestsOf('', '', '')))
        expect([what, away.some((response) => response.what === what)]).toEqual([what, true])
      const longest = (those: readonly HttpResponse[]) =>
        Math.round(Math.max(...those.map(({ took }) => took)))
      const putOff = responses.filter(isUnavailable)
      const isLogin = ({ what }: HttpResponse) => what === 'a login'
      process.stdout.write(
        `${rounds} outages of PostgreSQL: ${responses.length} responses, ${putOff.length} of them 503: ` +
          `the longest took ${longest(putOff.filter((each) => !isLogin(each)))} ms, ` +
          `of a login, which is hashed, ${longest(putOff.filter(isLogin))} ms; ` +
          `served again after ${Math.round(Math.max(...recoveries))} ms at most\n`,
      )
    },
    60_000 + 30_000 * rounds,
  )

  it('do not exceed their limit of connections, and close all of them [J4]', async () => {
    const [first, second] = servers
    const { database } = first.services.config
    const count = async () => {
      const [row] = await ask(
        database,
        "select count(*)::int as connections from pg_stat_activity where application_name = 'tessera'",
      )
      return Number(row?.connections)
    }
    await Promise.all(Array.from({ length: 60 }, (_, at) => servers[at % 2]?.get('/readyz')))
    expect(await count()).toBeGreaterThan(0)
    expect(await count()).toBeLessThanOrEqual(10)
    await second.stop()
    await first.stop()
    await expect.poll(count).toBe(0)
  })
})
