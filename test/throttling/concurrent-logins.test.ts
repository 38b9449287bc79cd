/** Concurrent logins: failures are counted, and nothing is reserved. */
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { StoreUnavailable } from '../../src/store/errors.ts'
import { ask, databaseOf } from '../harness/database.ts'
import { expectOAuthError } from '../harness/error-responses.ts'
import { aroundHashes, tasksOf } from '../harness/hashes.ts'
import { nextRequest } from '../harness/http-events.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

const running: TestServer[] = []
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())))

const limit = 3
const windowSeconds = 600
const limits = { LOGIN_MAX_FAILURES: `${limit}`, LOGIN_FAILURE_WINDOW_SECONDS: `${windowSeconds}` }

async function serverWith(
  settings: Record<string, string> = {},
  more: { empty?: boolean } = {},
): Promise<TestServer> {
  const server = await testServer({
    settings: { ...limits, HASH_QUEUE: '100', ...settings },
    ...more,
  })
  running.push(server)
  return server
}

/** Hashes wait until `release` is called. */
function gate(server: TestServer) {
  const open = Promise.withResolvers<void>()
  const seen = { begun: 0, hashed: 0 }
  aroundHashes(server, async (hash) => {
    seen.begun += 1
    await open.promise
    const result = await hash()
    seen.hashed += 1
    return result
  })
  return { seen, release: open.resolve }
}

/** Counts the reads of the budgets. */
function readsOf({ services: { store } }: TestServer): () => number {
  const { read } = store.attempts
  let reads = 0
  store.attempts.read = async (...budgets) => {
    const counts = await read(...budgets)
    reads += 1
    return counts
  }
  return () => reads
}

const times = <Value>(count: number, value: (at: number) => Value): Value[] =>
  Array.from({ length: count }, (_, at) => value(at))
const statusOf = async (response: Promise<Response>) => (await response).status
const failuresOf = ({ services }: TestServer) =>
  ask(services.config.database, 'select cast(failures as integer) as failures from attempts')
const throttledEvents = async ({ services }: TestServer) =>
  (await services.store.auditEvents.list({ kind: 'login_throttled', limit: 9 })).length

describe('POST /token, many concurrent wrong passwords', () => {
  it.each([
    ['johndoe', 1],
    ['johndoe', 3],
    ['nobody', 1],
    ['nobody', 3],
  ])(
    'verifies at most limit + threads passwords for %s (%d) [H1, H2]',
    async (username, threads) => {
      const server = await serverWith({ HASH_THREADS: `${threads}` })
      const { seen, release } = gate(server)
      const reads = readsOf(server)
      const guesses = times(55, (at) => server.login({ username, password: `wrong ${at}` }))
      await expect.poll(reads).toBeGreaterThanOrEqual(55)
      release()
      const answers = await Promise.all(guesses)
      const verified = answers.filter(({ status }) => status === 401)
      expect(verified.length).toBe(seen.hashed)
      expect(verified.length).toBeGreaterThanOrEqual(limit)
      expect(verified.length).toBeLessThan(limit + threads)
      const refused = answers.filter(({ status }) => status === 429)
      expect(refused).toHaveLength(55 - verified.length)
      for (const { headers } of refused) {
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(windowSeconds - 60)
        expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(windowSeconds)
      }
      expect(await throttledEvents(server)).toBe(1)
    },
  )

  it('verifies the next one once the previous failure is committed [H2]', async () => {
    const server = await serverWith({ HASH_THREADS: '1' })
    const { attempts } = server.services.store
    const { fail } = attempts
    const verified = { begun: 0, committed: 0 }
    attempts.fail = async (...failure) => {
      verified.begun += 1
      await setTimeout(20)
      expect(verified).toEqual({ begun: 1 + verified.committed, committed: verified.committed })
      await fail(...failure)
      verified.committed += 1
    }
    const guesses = times(limit, (at) => statusOf(server.login({ password: `wrong ${at}` })))
    expect(await Promise.all(guesses)).toEqual(times(limit, () => 401))
    expect(verified).toEqual({ begun: limit, committed: limit })
  })

  it('verifies no more than that on two servers together [H2]', async () => {
    const first = await serverWith({ HASH_THREADS: '2' })
    const second = await serverWith(
      { HASH_THREADS: '2', ...databaseOf(first.services) },
      { empty: true },
    )
    const servers = [first, second]
    const guesses = times(60, (at) => servers[at % 2]?.login({ password: `wrong ${at}` }))
    const answers = await Promise.all(guesses)
    const verified = answers.filter((response) => response?.status === 401).length
    expect(verified).toBeGreaterThanOrEqual(limit)
    expect(verified).toBeLessThan(limit + 4)
    expect(answers.filter((response) => response?.status === 429)).toHaveLength(60 - verified)
  })

  it('counts the failure of a client that disconnects while its password is hashed [H2]', async () => {
    const server = await serverWith()
    const { seen, release } = gate(server)
    const controller = new AbortController()
    const accepted = nextRequest()
    const response = login(server, { password: 'wrong', signal: controller.signal })
    const { socket } = await accepted
    await expect.poll(() => seen.begun).toBe(1)
    controller.abort()
    await expect(response).rejects.toThrow()
    await once(socket, 'close')
    release()
    await expect.poll(() => failuresOf(server)).toEqual(times(5, () => ({ failures: 1 })))
  })

  it('returns 503 if the store does not accept the failure, for waiting logins too [H2, J4]', async () => {
    const server = await serverWith({ HASH_THREADS: '1' })
    const { seen, release } = gate(server)
    const { attempts } = server.services.store
    const { fail } = attempts
    attempts.fail = () => Promise.reject(new StoreUnavailable('away'))
    const reads = readsOf(server)
    const guesses = times(5, (at) => server.login({ password: `wrong ${at}` }))
    await expect.poll(reads).toBe(5)
    release()
    for (const response of await Promise.all(guesses)) {
      const refused = await expectOAuthError(response, 503, 'temporarily_unavailable')
      expect(refused.error_description).toBe('The database is unavailable')
    }
    expect(seen.hashed).toBe(1)
    attempts.fail = fail
    expect((await server.login()).status).toBe(200)
  })

  it.each(['wrong', 'secret123'])(
    'verifies no more than one per thread while the store is read-only, right or wrong (%s) [H2, J4]',
    async (password) => {
      const server = await serverWith({ HASH_THREADS: '1' })
      const tasks = tasksOf(server)
      const { attempts } = server.services.store
      const { fail, succeed } = attempts
      attempts.fail = () => Promise.reject(new StoreUnavailable('full'))
      attempts.succeed = () => Promise.reject(new StoreUnavailable('full'))
      const guesses = [password, ...times(5, (at) => `wrong ${at}`)]
      for (const guess of guesses)
        await expectOAuthError(
          await server.login({ password: guess }),
          503,
          'temporarily_unavailable',
        )
      expect(tasks).toHaveLength(1)
      attempts.fail = fail
      attempts.succeed = succeed
      expect((await server.login({ username: 'nobody' })).status).toBe(401)
      const isWrong = password === 'wrong'
      expect(
        await server.services.store.auditEvents.list({ kind: 'login_failed', limit: 9 }),
      ).toHaveLength(isWrong ? 2 : 1)
      expect((await server.login()).status).toBe(200)
    },
  )
})

describe('POST /token, many concurrent right passwords', () => {
  it('accepts all that the queue has room for, and counts no failure [H2]', async () => {
    const server = await serverWith({ HASH_THREADS: '2', HASH_QUEUE: '20' })
    const { release } = gate(server)
    const answers: Response[] = []
    const logins = times(40, async () => answers.push(await server.login()))
    await expect.poll(() => answers.map(({ status }) => status)).toEqual(times(18, () => 503))
    for (const response of answers) {
      expect(response.headers.get('retry-after')).toBe('1')
      await expectOAuthError(response, 503, 'temporarily_unavailable')
    }
    release()
    await Promise.all(logins)
    expect(answers.slice(18).map(({ status }) => status)).toEqual(times(22, () => 200))
    expect(await failuresOf(server)).toEqual([])
    expect(await throttledEvents(server)).toBe(0)
  })

  it('returns 429 for logins during whose wait the others have failed [H1]', async () => {
    const server = await serverWith({ HASH_THREADS: '1' })
    const { release } = gate(server)
    const reads = readsOf(server)
    const wrong = times(limit, (at) => statusOf(server.login({ password: `wrong ${at}` })))
    await expect.poll(reads).toBe(limit)
    const right = statusOf(server.login())
    await expect.poll(reads).toBe(limit + 1)
    release()
    expect(await Promise.all(wrong)).toEqual(times(limit, () => 401))
    expect(await right).toBe(429)
  })

  it('leaves nothing behind of clients that disconnect while they wait [H2, H6]', async () => {
    const server = await serverWith({ HASH_THREADS: '1', HASH_QUEUE: '8' })
    const { seen, release } = gate(server)
    const first = statusOf(server.login())
    await expect.poll(() => seen.begun).toBe(1)
    const controller = new AbortController()
    const reads = readsOf(server)
    const waiting = []
    const closed = []
    for (const _client of times(8, () => 0)) {
      const accepted = nextRequest()
      waiting.push(login(server, { password: 'wrong', signal: controller.signal }))
      closed.push(once((await accepted).socket, 'close'))
    }
    await expect.poll(reads).toBe(8)
    controller.abort()
    await Promise.allSettled(waiting)
    await Promise.all(closed)
    const later = times(8, () => statusOf(server.login()))
    await expect.poll(reads).toBe(16)
    release()
    expect(await Promise.all([first, ...later])).toEqual(times(9, () => 200))
    expect(seen.hashed).toBe(9)
    expect(await failuresOf(server)).toEqual([])
  })
})

/** A login whose client may disconnect. */
function login(
  { url }: TestServer,
  { password, signal }: { password: string; signal: AbortSignal },
): Promise<Response> {
  const body = new URLSearchParams({ username: 'johndoe', password })
  return fetch(`${url}/token`, { method: 'POST', body, signal })
}
