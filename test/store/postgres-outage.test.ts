/** PostgreSQL is stopped and started under load: whoever asks meanwhile is told to come back, and nothing else happens. */
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, postgresSettings } from '../harness/database.ts'
import { type RunningPostgres, startPostgres } from '../harness/embedded-postgres.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { loginPair, postForm } from '../harness/token-request.ts'

interface Answer {
  readonly what: string
  readonly status: number
  readonly retryAfter: string | null
}

describe('two servers on a PostgreSQL', () => {
  let postgres: RunningPostgres
  let servers: readonly [TestServer, TestServer]
  beforeAll(async () => {
    postgres = await startPostgres()
    const settings = { ...postgresSettings(postgres.url), ISSUER: 'https://id.example.com' }
    const first = await testServer({ settings })
    servers = [first, await testServer({ settings, empty: true })]
  })
  afterAll(() => postgres.remove())

  /** Asks until it is told to end. A request that hangs would be an error of fetch, and not an answer. */
  function load(server: TestServer, access: string, refresh: string) {
    const answers: Answer[] = []
    let ended = false
    const signal = () => AbortSignal.timeout(10_000)
    const kinds: Record<string, () => Promise<Response>> = {
      me: () =>
        fetch(`${server.url}/users/me`, {
          headers: { authorization: `Bearer ${access}` },
          signal: signal(),
        }),
      login: () => server.login(),
      unknown: () =>
        postForm(server, '/token', { grant_type: 'refresh_token', refresh_token: refresh }),
      ready: () => fetch(`${server.url}/readyz`, { signal: signal() }),
    }
    const loops = Object.entries(kinds).map(async ([what, send]) => {
      while (!ended) {
        const response = await send()
        await response.arrayBuffer()
        const retryAfter = response.headers.get('retry-after')
        answers.push({ what, status: response.status, retryAfter })
      }
    })
    return {
      answers,
      end: async () => {
        ended = true
        await Promise.all(loops)
      },
    }
  }

  it('J4 answer 200 or 503 with Retry-After and nothing else, each for itself, and serve again', async () => {
    const [first] = servers
    const { access, refresh } = await loginPair(first)
    const loads = servers.map((server) => load(server, access, refresh))
    await setTimeout(500)
    await postgres.stop()
    for (const server of servers)
      await expect.poll(async () => (await server.get('/readyz')).status).toBe(503)
    await setTimeout(1000)
    await postgres.start()
    for (const server of servers)
      await expect.poll(async () => (await server.get('/readyz')).status).toBe(200)
    await setTimeout(500)
    await Promise.all(loads.map(({ end }) => end()))

    const answers = loads.flatMap((each) => each.answers)
    const strange = answers.filter(
      ({ status, retryAfter }) =>
        status !== 200 && !(status === 503 && /^[1-9]\d*$/.test(retryAfter ?? '')),
    )
    expect(strange).toEqual([])
    for (const what of ['me', 'login', 'unknown', 'ready']) {
      const statuses = answers.filter((each) => each.what === what).map(({ status }) => status)
      expect([what, new Set(statuses), statuses.at(-1)]).toEqual([what, new Set([200, 503]), 200])
    }
  })

  it('J4 keep no more connections than they may, and leave none', async () => {
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
