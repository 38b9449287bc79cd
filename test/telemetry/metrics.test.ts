import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { addAccount, defaultPassword } from '../harness/accounts.ts'
import { whileHashing } from '../harness/busy-pool.ts'
import { converse } from '../harness/raw-request.ts'
import { refresh, tokens } from '../harness/refreshing.ts'
import { type Samples, samplesIn } from '../harness/samples.ts'
import { type TestServer, type TestServerOptions, testServer } from '../harness/test-server.ts'
import { testUser } from '../harness/test-user.ts'
import { loginPair } from '../harness/token-request.ts'

const settings = { METRICS_PORT: '0' }

async function countingServer(options: TestServerOptions = {}): Promise<TestServer> {
  return await testServer({ ...options, settings: { ...settings, ...options.settings } })
}

const textOf = async ({ services: { metrics } }: TestServer) => (await metrics?.text()) ?? ''
const samplesOf = async (server: TestServer): Promise<Samples> => samplesIn(await textOf(server))

/** How much the work increases each series. A request is counted after its response. */
async function counts(server: TestServer, work: () => Promise<unknown>, ...series: string[]) {
  const before = await samplesOf(server)
  await work()
  const moved = async () => {
    const after = await samplesOf(server)
    return series.map((each) => after(each) - before(each))
  }
  return { moved }
}

describe('the metrics', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await countingServer({ settings: { REFRESH_GRACE_SECONDS: '0' } })
  })
  afterAll(() => server.stop())

  it('count and time requests by operation and status', async () => {
    const work = async () => {
      const token = await server.token()
      for (const given of [token, token, 'x']) await server.get('/users/me', given)
      await server.get('/users/nobody-with-this-id', token)
      await server.get('/a-path-of-nothing/4711')
    }
    const { moved } = await counts(
      server,
      work,
      'tessera_requests_total{operation="readUsersMe",status="200"}',
      'tessera_requests_total{operation="readUsersMe",status="401"}',
      'tessera_request_duration_seconds_count{operation="readUsersMe"}',
      'tessera_requests_total{operation="readUser",status="403"}',
      'tessera_requests_total{operation="none",status="404"}',
    )
    await expect.poll(moved).toEqual([2, 1, 3, 1, 1])
  })

  it('count requests that cannot be parsed', async () => {
    const { moved } = await counts(
      server,
      () => converse(server.url, 'HELO example.com\r\n\r\n'),
      'tessera_requests_total{operation="none",status="400"}',
    )
    await expect.poll(moved).toEqual([1])
  })

  it.each([
    ['succeeded', {}],
    ['wrong_credentials', { password: 'wrong' }],
    ['wrong_credentials', { username: 'nobody' }],
    ['disabled', { username: 'alice', password: 'password456' }],
    ['refused', { scope: 'no:such' }],
  ])('count a login that is %s (%j), and its hash', async (outcome, form) => {
    const { moved } = await counts(
      server,
      () => server.login(form),
      `tessera_logins_total{outcome="${outcome}"}`,
      'tessera_hash_duration_seconds_count',
    )
    await expect.poll(moved).toEqual([1, 1])
  })

  it('contain the time spent on hashing, in seconds', async () => {
    const begun = performance.now()
    const { moved } = await counts(
      server,
      () => server.login(),
      'tessera_hash_duration_seconds_sum',
    )
    const elapsed = (performance.now() - begun) / 1000
    const [hashing = 0] = await moved()
    expect(hashing).toBeGreaterThan(0)
    expect(hashing).toBeLessThan(elapsed)
  })

  it('count a reused refresh token, and no login for it', async () => {
    const { refresh: refresh_token } = await loginPair(server)
    const replaced = await tokens(refresh(server, refresh_token))
    const work = async () => {
      for (const token of [refresh_token, replaced.refresh_token]) await refresh(server, token)
    }
    const { moved } = await counts(
      server,
      work,
      'tessera_refresh_reuses_total',
      'tessera_logins_total{outcome="succeeded"}',
    )
    await expect.poll(moved).toEqual([1, 0])
  })

  it('contain the delay of the event loop, and the resources of the process', async () => {
    const samples = await samplesOf(server)
    expect(samples('process_resident_memory_bytes')).toBeGreaterThan(0)
    expect(await textOf(server)).toMatch(/^nodejs_eventloop_lag_p99_seconds \d/m)
  })

  it('contain no label value that a client chooses', async () => {
    await server.get('/chosen-path')
    await fetch(`${server.url}/users/me`, { method: 'CHOSEN' }).catch(() => {})
    await server.login({ username: 'chosen-name', client_id: 'chosen-client' })
    expect(await textOf(server)).not.toContain('chosen')
  })
})

describe('the metrics', () => {
  it('count throttled requests', async () => {
    const server = await countingServer({
      settings: { LOGIN_MAX_FAILURES: '1', REGISTRATION: 'open' },
    })
    onTestFinished(() => server.stop())
    const register = (username: string) =>
      fetch(`${server.url}/users`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password: defaultPassword }),
      })
    const work = async () => {
      for (const password of ['one', 'two']) await server.login({ password })
      for (const username of ['first', 'second']) await register(username)
    }
    const { moved } = await counts(
      server,
      work,
      'tessera_throttles_total',
      'tessera_logins_total{outcome="throttled"}',
      'tessera_requests_total{operation="registerUser",status="429"}',
    )
    await expect.poll(moved).toEqual([2, 1, 1])
  })

  it('count what the limit of the writes of an account rejects, by kind', async () => {
    const server = await countingServer({ settings: { ACCOUNT_WRITES_PER_MINUTE: '1' } })
    onTestFinished(() => server.stop())
    const { call } = await testUser(server)
    const work = async () => {
      for (let n = 0; n < 12; n += 1) await call('PATCH', '/users/me', { full_name: `n${n}` })
    }
    const series = ['change', 'login', 'refresh'].map(
      (write) => `tessera_write_throttles_total{write="${write}"}`,
    )
    const { moved } = await counts(server, work, ...series)
    await expect.poll(moved).toEqual([2, 0, 0])
  })

  it('count rejections by the full queue of the hashing threads, and contain its length', async () => {
    const server = await countingServer({
      empty: true,
      settings: { HASH_THREADS: '1', HASH_QUEUE: '1' },
    })
    onTestFinished(() => server.stop())
    await addAccount(server, { username: 'johndoe', password: 'secret123' })
    await whileHashing(server, async () => {
      const waiting = server.login()
      const length = async () => (await samplesOf(server))('tessera_hash_queue_length')
      await expect.poll(length).toBe(1)
      const { moved } = await counts(
        server,
        () => server.login(),
        'tessera_hash_rejections_total',
        'tessera_logins_total{outcome="unavailable"}',
      )
      await expect.poll(moved).toEqual([1, 1])
      void waiting.catch(() => {})
    })
  })

  it('count a login while the store is unavailable, and its 503 [J4]', async () => {
    const server = await countingServer()
    onTestFinished(() => server.stop())
    await server.services.store.close()
    const { moved } = await counts(
      server,
      () => server.login(),
      'tessera_logins_total{outcome="unavailable"}',
      'tessera_requests_total{operation="issueToken",status="503"}',
    )
    await expect.poll(moved).toEqual([1, 1])
  })

  it('are off if METRICS_PORT is not set', async () => {
    const server = await testServer({ empty: true })
    onTestFinished(() => server.stop())
    expect(server.services.metrics).toBeUndefined()
  })
})
