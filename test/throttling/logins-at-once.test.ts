/** Logins at once: what is reserved and not decided yet is no failure. */
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { StoreUnavailable } from '../../src/store/unavailable.ts'
import { TooManyFailures } from '../../src/throttling/too-many-failures.ts'
import { ask, databaseOf } from '../harness/database.ts'
import { expectOAuthError } from '../harness/error-answers.ts'
import { nextRequest } from '../harness/http-events.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

const running: TestServer[] = []
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())))

const limit = 3
const windowSeconds = 600
const limits = { LOGIN_MAX_FAILURES: `${limit}`, LOGIN_FAILURE_WINDOW_SECONDS: `${windowSeconds}` }

/** A server whose hashes wait until they are let go. */
async function gatedServer(settings: Record<string, string> = {}) {
  const server = await testServer({
    settings: { ...limits, HASH_QUEUE: '100', BCRYPT_COST: '10', ...settings },
  })
  running.push(server)
  const { hashPool, store } = server.services
  const { run } = hashPool
  const { reserve } = store.attempts
  const gate = Promise.withResolvers<void>()
  const seen = { begun: 0, hashes: 0, atOnce: 0, reserved: 0, refused: 0 }
  hashPool.run = async (...task) => {
    seen.begun += 1
    seen.atOnce = Math.max(seen.atOnce, seen.begun - seen.hashes)
    await gate.promise
    const result = await run(...task)
    seen.hashes += 1
    return result
  }
  store.attempts.reserve = async (...budgets) => {
    const usedUp = await reserve(...budgets)
    seen[usedUp ? 'refused' : 'reserved'] += 1
    return usedUp
  }
  return { server, seen, letGo: gate.resolve }
}

/** Another server on its database. */
async function beside({ services }: TestServer): Promise<TestServer> {
  const other = await testServer({ settings: { ...limits, ...databaseOf(services) }, empty: true })
  running.push(other)
  return other
}

/** How often its logins have looked for room and found none. */
function looksOf({ services }: TestServer): () => number {
  const { attempts } = services.store
  const { reserve } = attempts
  let looks = 0
  attempts.reserve = async (...budgets) => {
    const usedUp = await reserve(...budgets)
    if (usedUp) looks += 1
    return usedUp
  }
  return () => looks
}

interface Answer {
  readonly status: number
  readonly retryAfter: number | undefined
}

async function answerTo(login: Promise<Response>): Promise<Answer> {
  const { status, headers } = await login
  const retryAfter = headers.get('retry-after')
  return { status, retryAfter: retryAfter === null ? undefined : Number(retryAfter) }
}

const times = <Value>(count: number, value: Value) => Array.from({ length: count }, () => value)
const granted: Answer = { status: 200, retryAfter: undefined }

/** How many were throttled, as the record says. */
const told = async ({ services }: TestServer) => {
  const count = "select count(*) as told from audit_events where kind = 'login_throttled'"
  const [row] = await ask(services.config.database, count)
  return Number(row?.told)
}

describe('POST /token, many at once for one account', () => {
  it('H3 grants all that come with the right password, and counts none of them', async () => {
    const { server, seen, letGo } = await gatedServer()
    const logins = times(20, 0).map(() => answerTo(server.login()))
    await expect.poll(() => seen).toMatchObject({ reserved: limit, refused: 20 - limit })
    letGo()
    expect(await Promise.all(logins)).toEqual(times(20, granted))
    expect(await ask(server.services.config.database, 'select * from attempts')).toEqual([])
    expect(await told(server)).toBe(0)
  })

  it('H6 lets no more of them into the queue of the hashes than may fail, after one has come through too', async () => {
    const { server, seen, letGo } = await gatedServer()
    const logins = times(20, 0).map(() => answerTo(server.login()))
    await expect.poll(() => seen).toMatchObject({ reserved: limit, refused: 20 - limit })
    letGo()
    expect(await Promise.all(logins)).toEqual(times(20, granted))
    expect(seen.atOnce).toBe(limit)
  })

  it('H2, H3 forgets after a success what has failed, but not what others have reserved', async () => {
    const { server } = await gatedServer()
    const { loginAttempts } = server.services
    const begin = (address = '192.0.2.1') => loginAttempts.begin('johndoe', { address })
    const [right, wrong, other] = [await begin(), await begin(), await begin()]
    await wrong.failed('wrong')
    await right.succeeded()
    const more = [await begin(), await begin()]
    for (const [at, attempt] of [other, ...more].entries()) await attempt.failed(`wrong ${at}`)
    await expect(begin()).rejects.toThrow(TooManyFailures)
    expect(await told(server)).toBe(1)
  })

  it('H3 grants one that has read what the others had reserved until then', async () => {
    const { server, seen, letGo } = await gatedServer()
    const { attempts } = server.services.store
    const logins = times(limit, 0).map(() => answerTo(server.login()))
    await expect.poll(() => seen.reserved).toBe(limit)
    const { reserve } = attempts
    attempts.reserve = async (...budgets) => {
      attempts.reserve = reserve
      const usedUp = await reserve(...budgets)
      letGo()
      await Promise.all(logins)
      return usedUp
    }
    expect(await answerTo(server.login())).toEqual(granted)
    expect(seen.refused).toBe(1)
  })

  it('H1, H2 answers 429 to those that have waited for others to fail, and hashes nothing for them', async () => {
    const { server, seen, letGo } = await gatedServer()
    const logins = times(20, 0).map((_, at) => answerTo(server.login({ password: `wrong ${at}` })))
    await expect.poll(() => seen).toMatchObject({ reserved: limit, refused: 20 - limit })
    letGo()
    const answers = await Promise.all(logins)
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(20 - limit)
    for (const { retryAfter = 0 } of refused) expect(retryAfter).toBeGreaterThan(windowSeconds - 60)
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(limit)
    expect(seen.hashes).toBe(limit)
    expect(await told(server)).toBe(1)
  })

  it('H6 answers 503 to those that find no place to wait', async () => {
    const { server, letGo } = await gatedServer({ HASH_QUEUE: '2' })
    const answers: Answer[] = []
    const logins = times(20, 0).map(async () => answers.push(await answerTo(server.login())))
    const places = limit + 2
    await expect.poll(() => answers).toEqual(times(20 - places, { status: 503, retryAfter: 1 }))
    expect(await told(server)).toBe(0)
    letGo()
    await Promise.all(logins)
    expect(answers.slice(20 - places)).toEqual(times(places, granted))
  })

  it('J4 answers 503 where the store does not take what became of them, and counts none of them', async () => {
    const { server, seen, letGo } = await gatedServer()
    const { attempts } = server.services.store
    const { succeed } = attempts
    attempts.succeed = () => Promise.reject(new StoreUnavailable('away'))
    const logins = times(limit + 5, 0).map(() => server.login())
    await expect.poll(() => seen).toMatchObject({ reserved: limit, refused: 5 })
    letGo()
    for (const answer of await Promise.all(logins)) {
      const refused = await expectOAuthError(answer, 503, 'temporarily_unavailable')
      expect(refused.error_description).toBe('The store does not answer')
    }
    // None of those that waited has asked again.
    expect(seen.refused).toBe(5)
    attempts.succeed = succeed
    expect(await answerTo(server.login())).toEqual(granted)
    expect(await ask(server.services.config.database, 'select * from attempts')).toEqual([])
  })

  it('J4, H2 answers 503 where the store does not take that they failed, and counts each of them', async () => {
    const { server, letGo } = await gatedServer()
    letGo()
    const { attempts } = server.services.store
    const { fail } = attempts
    attempts.fail = () => Promise.reject(new StoreUnavailable('away'))
    const logins = times(limit, 0).map((_, at) => server.login({ password: `wrong ${at}` }))
    for (const answer of await Promise.all(logins))
      await expectOAuthError(answer, 503, 'temporarily_unavailable')
    attempts.fail = fail
    expect((await server.login()).status).toBe(429)
  })

  it('lets a login of another name come by those that wait', async () => {
    const { server, seen, letGo } = await gatedServer({ HASH_QUEUE: '4', HASH_THREADS: '4' })
    const logins = times(6, 0).map(() => answerTo(server.login()))
    await expect.poll(() => seen).toMatchObject({ reserved: limit, refused: 6 - limit })
    const other = answerTo(server.login({ username: 'nobody' }))
    await expect.poll(() => seen.begun).toBe(limit + 1)
    letGo()
    expect((await other).status).toBe(401)
    expect(await Promise.all(logins)).toEqual(times(6, granted))
  })

  it('H3, H6 answers 503 at another server that has waited ten seconds for them', async () => {
    const { server, seen, letGo } = await gatedServer()
    const other = await beside(server)
    const looks = looksOf(other)
    const logins = times(limit, 0).map(() => answerTo(server.login()))
    await expect.poll(() => seen.reserved).toBe(limit)
    const answer = answerTo(other.login())
    await expect.poll(looks).toBeGreaterThan(0)
    other.advance(5_000)
    const before = looks()
    await expect.poll(looks).toBeGreaterThan(before + 1)
    other.advance(5_000)
    expect(await answer).toEqual({ status: 503, retryAfter: 1 })
    letGo()
    expect(await Promise.all(logins)).toEqual(times(limit, granted))
    expect(await answerTo(other.login())).toEqual(granted)
    expect(await told(server)).toBe(0)
  })

  it('H3 grants one at another server that has waited for less', async () => {
    const { server, seen, letGo } = await gatedServer()
    const other = await beside(server)
    const looks = looksOf(other)
    const logins = times(limit, 0).map(() => answerTo(server.login()))
    await expect.poll(() => seen.reserved).toBe(limit)
    const login = answerTo(other.login())
    await expect.poll(looks).toBeGreaterThan(0)
    letGo()
    expect(await Promise.all([...logins, login])).toEqual(times(limit + 1, granted))
  })

  it('H1 answers 429 a minute after a server has died with what it had reserved', async () => {
    const dead = await gatedServer()
    const other = await beside(dead.server)
    for (const _at of times(limit, 0)) void dead.server.login()
    await expect.poll(() => dead.seen.reserved).toBe(limit)
    other.advance(59_000)
    const looks = looksOf(other)
    const waiting = answerTo(other.login())
    await expect.poll(looks).toBeGreaterThan(0)
    other.advance(1_000)
    const { status, retryAfter = 0 } = await waiting
    expect(status).toBe(429)
    expect(retryAfter).toBeGreaterThan(windowSeconds - 120)
    expect(await told(dead.server)).toBe(1)
    dead.letGo()
  })

  it('counts what a dead server had reserved as failures when another reserves beside it', async () => {
    const dead = await gatedServer()
    const other = await beside(dead.server)
    for (const _at of times(limit - 1, 0)) void dead.server.login()
    await expect.poll(() => dead.seen.reserved).toBe(limit - 1)
    other.advance(60_000)
    expect((await other.login({ password: 'wrong' })).status).toBe(401)
    expect((await other.login()).status).toBe(429)
    dead.letGo()
  })

  it('H1 answers 429 at another server once they have failed', async () => {
    const { server, seen, letGo } = await gatedServer()
    const other = await beside(server)
    const wrong = { password: 'wrong' }
    const logins = times(limit, 0).map((_, at) => server.login({ password: `wrong ${at}` }))
    await expect.poll(() => seen.reserved).toBe(limit)
    const waiting = other.login(wrong)
    await expect.poll(looksOf(other)).toBeGreaterThan(0)
    letGo()
    expect((await waiting).status).toBe(429)
    await Promise.all(logins)
    const { status, retryAfter = 0 } = await answerTo(other.login(wrong))
    expect(status).toBe(429)
    expect(retryAfter).toBeGreaterThan(windowSeconds - 60)
    expect(await told(server)).toBe(1)
  })

  it('H6 reserves and hashes nothing for clients that hang up while they wait for others', async () => {
    const { server, seen, letGo } = await gatedServer({ HASH_QUEUE: '8', HASH_THREADS: '4' })
    const logins = times(limit, 0).map(() => answerTo(server.login()))
    await expect.poll(() => seen.reserved).toBe(limit)
    const hangUp = new AbortController()
    const body = new URLSearchParams({ username: 'johndoe', password: 'secret123' })
    const asked = { method: 'POST', body, signal: hangUp.signal }
    const closed = []
    const waiting = []
    for (const _client of times(8, 0)) {
      const accepted = nextRequest()
      waiting.push(fetch(`${server.url}/token`, asked))
      closed.push(once((await accepted).socket, 'close'))
    }
    await expect.poll(() => seen.refused).toBe(8)
    hangUp.abort()
    await Promise.allSettled(waiting)
    await Promise.all(closed)
    // Their places are free.
    const before = seen.refused
    const later = times(8, 0).map(() => answerTo(server.login()))
    await expect.poll(() => seen.refused).toBeGreaterThanOrEqual(before + 8)
    letGo()
    expect(await Promise.all([...logins, ...later])).toEqual(times(limit + 8, granted))
    expect(seen.reserved).toBe(limit + 8)
    expect(await ask(server.services.config.database, 'select * from attempts')).toEqual([])
  })

  it('asks the store no more than some times for each of them, however many wait', async () => {
    const { server, seen, letGo } = await gatedServer()
    for (const at of times(limit - 1, 0).keys()) void server.login({ password: `wrong ${at}` })
    await expect.poll(() => seen.reserved).toBe(limit - 1)
    const logins = times(40, 0).map(() => answerTo(server.login({ password: 'wrong' })))
    await expect.poll(() => seen.reserved + seen.refused).toBe(limit - 1 + 40)
    letGo()
    const answers = await Promise.all(logins)
    expect(answers.map(({ status }) => status)).not.toContain(503)
    expect(seen.reserved + seen.refused).toBeLessThan(4 * 40)
  })
})
