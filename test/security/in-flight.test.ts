/** Logins at once: what is reserved and not decided yet is no failure. */
import { setImmediate } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { createInFlight } from '../../src/security/in-flight.ts'
import { ask } from '../harness/database.ts'
import { nextRequest } from '../harness/http-events.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

const running: TestServer[] = []
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())))

const limit = 3
const windowSeconds = 600

/** A server whose hashes wait until they are let go. */
async function gatedServer(settings: Record<string, string> = {}) {
  const limits = {
    LOGIN_MAX_FAILURES: String(limit),
    LOGIN_FAILURE_WINDOW_SECONDS: `${windowSeconds}`,
  }
  const server = await testServer({ settings: { ...limits, HASH_QUEUE: '100', ...settings } })
  running.push(server)
  const { hashPool, store } = server.services
  const { run } = hashPool
  const { reserve } = store.attempts
  const gate = Promise.withResolvers<void>()
  const seen = { begun: 0, hashes: 0, reserved: 0, refused: 0 }
  hashPool.run = async (...task) => {
    seen.begun += 1
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

  it('H6 hashes nothing for a client that hangs up while it waits for others', async () => {
    const { server, seen, letGo } = await gatedServer()
    const logins = times(limit, 0).map(() => answerTo(server.login()))
    await expect.poll(() => seen.reserved).toBe(limit)
    const accepted = nextRequest()
    const hangUp = new AbortController()
    const body = new URLSearchParams({ username: 'johndoe', password: 'secret123' })
    const answer = fetch(`${server.url}/token`, { method: 'POST', body, signal: hangUp.signal })
    const { socket } = await accepted
    await expect.poll(() => seen.refused).toBe(1)
    const closed = new Promise((done) => socket.once('close', done))
    hangUp.abort()
    await expect(answer).rejects.toThrow()
    await closed
    letGo()
    expect(await Promise.all(logins)).toEqual(times(limit, granted))
    await expect.poll(() => seen.reserved).toBe(limit + 1)
    expect((await server.login()).status).toBe(200)
    expect(seen.hashes).toBe(limit + 1)
  })
})

describe('what is under way', () => {
  /** As they come back, by what they said. */
  const waitsFor = (inFlight: ReturnType<typeof createInFlight>, names: readonly string[]) => {
    const came: string[] = []
    for (const name of names)
      inFlight.oneEnds('key').then((hasEnded) => came.push(`${name} ${hasEnded}`))
    return came
  }

  const soFar = async (came: readonly string[]) => {
    await setImmediate()
    return came
  }

  it('lets one come when one ends, in their order, and the others when none is left', async () => {
    const inFlight = createInFlight(4)
    const [one, two, last] = times(3, ['key', 'other']).map(inFlight.begin)
    const came = waitsFor(inFlight, ['a', 'b', 'c', 'd'])
    expect(await soFar(came)).toEqual([])
    one?.[Symbol.dispose]()
    expect(await soFar(came)).toEqual(['a true'])
    two?.[Symbol.dispose]()
    expect(await soFar(came)).toEqual(['a true', 'b true'])
    last?.[Symbol.dispose]()
    expect(await soFar(came)).toEqual(['a true', 'b true', 'c true', 'd true'])
    expect(inFlight.has('key')).toBe(false)
  })

  it('lets no more wait than may, and others again when those have come', async () => {
    const inFlight = createInFlight(1)
    const [one, last] = times(2, ['key']).map(inFlight.begin)
    const came = waitsFor(inFlight, ['a', 'b'])
    expect(await soFar(came)).toEqual(['b false'])
    one?.[Symbol.dispose]()
    expect(await soFar(came)).toEqual(['b false', 'a true'])
    const later = waitsFor(inFlight, ['c'])
    last?.[Symbol.dispose]()
    expect(await soFar(later)).toEqual(['c true'])
  })

  it('lets nobody wait where there is nothing to wait for', async () => {
    expect(await createInFlight(1).oneEnds('key')).toBe(false)
  })
})
