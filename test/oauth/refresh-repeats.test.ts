/** Refresh tokens that are used again: by a client that lost the response, by tabs, and by a thief. */
import { join } from 'node:path'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { SessionList } from '../../generated/api.ts'
import { parseRefreshToken } from '../../src/oauth/refresh-tokens.ts'
import { StoreUnavailable } from '../../src/store/errors.ts'
import { sessionOf } from '../harness/audit-trail.ts'
import { callAs, jsonOf } from '../harness/call.ts'
import { temporaryFolder } from '../harness/command.ts'
import { expectOAuthError } from '../harness/error-responses.ts'
import {
  expectEnded,
  expectInvalidGrant,
  refresh,
  type Tokens,
  tokens,
} from '../harness/refreshing.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

const running: TestServer[] = []
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())))

/** A trusted proxy stands before it: `X-Forwarded-For` is the address of the client. */
async function serverWith(settings: Record<string, string> = {}): Promise<TestServer> {
  const server = await testServer({ settings: { TRUST_PROXY: 'loopback', ...settings } })
  running.push(server)
  return server
}

const [home, elsewhere] = ['192.0.2.1', '198.51.100.7']
const from = (address: string) => ({ 'x-forwarded-for': address, 'user-agent': `at ${address}` })
const refreshFrom = (server: TestServer, address: string, token: string) =>
  refresh(server, token, {}, from(address))

/** The events of a session after its login, oldest first. */
async function eventsOf(
  { services: { store, audit } }: Pick<TestServer, 'services'>,
  { access_token }: Tokens,
) {
  await audit.flush()
  const events = await store.auditEvents.list({ limit: 1000 })
  const own = events.filter(({ sessionId }) => sessionId === sessionOf(access_token)).reverse()
  return own.slice(1).map(({ kind, address, userAgent, detail, count }) => {
    return { kind, address, userAgent, detail, count }
  })
}

async function refreshState({ services: { store } }: TestServer, token: string) {
  const found = await store.sessions.byFamily(parseRefreshToken(token)?.familyHash ?? '')
  return found?.session.refresh
}

/** Two servers on one database: the first has the previous SECRET_KEY, the second the new one. */
async function secretChange(): Promise<{ before: TestServer; after: TestServer }> {
  const shared = {
    DATABASE_URL: join(temporaryFolder(), 'test.db'),
    ISSUER: 'https://id.example.com',
  }
  const [old, SECRET_KEY] = ['1'.repeat(40), '2'.repeat(40)]
  const before = await serverWith({ ...shared, SECRET_KEY: old })
  const settings = { ...shared, SECRET_KEY, SECRET_KEY_PREVIOUS: old }
  const after = await testServer({ settings, empty: true })
  running.push(after)
  return { before, after }
}

describe('a thief who has copied the tokens once', () => {
  it('and follows each refresh from elsewhere is found out when the owner refreshes again [F2, J3]', async () => {
    const server = await serverWith()
    const owner = await tokens(server.login())
    let [own, stolen] = [owner, owner]
    let followed = 0
    for (const _rotation of [1, 2, 3, 4, 5, 6, 7, 8]) {
      server.advance(29 * 60_000)
      const list = callAs(server, stolen.access_token)('GET', '/users/me/sessions')
      expect((await jsonOf<SessionList>(list)).items).toHaveLength(1)
      const response = await refreshFrom(server, home, own.refresh_token)
      if (response.status !== 200) break
      own = await tokens(Promise.resolve(response))
      server.advance(1_000)
      stolen = await tokens(refreshFrom(server, elsewhere, stolen.refresh_token))
      followed += 1
    }
    expect(followed).toBe(1)
    await expectEnded(server, stolen)
    await expectEnded(server, own)
    expect(await eventsOf(server, owner)).toEqual([
      {
        kind: 'refresh_repeated',
        address: elsewhere,
        userAgent: `at ${elsewhere}`,
        detail: 'replaced the successor',
        count: 1,
      },
      {
        kind: 'refresh_reused',
        address: home,
        userAgent: `at ${home}`,
        detail: undefined,
        count: 1,
      },
    ])
  })

  it('and refreshes later than the grace period is found out, too [F2, J3]', async () => {
    const server = await serverWith()
    const first = await tokens(server.login())
    const own = await tokens(refreshFrom(server, home, first.refresh_token))
    server.advance(10_000)
    const stolen = await tokens(refreshFrom(server, home, first.refresh_token))
    expect(stolen.refresh_token).not.toBe(own.refresh_token)
    await expectInvalidGrant(server, own.refresh_token)
    await expectEnded(server, stolen)
  })

  it('cannot use a token that is several rotations old: the session ends [F2]', async () => {
    const server = await serverWith()
    const first = await tokens(server.login())
    const other = await tokens(server.login())
    let last = first
    for (const _generation of [1, 2]) last = await tokens(refresh(server, last.refresh_token))
    await expectInvalidGrant(server, first.refresh_token)
    await expectEnded(server, last)
    await tokens(refresh(server, other.refresh_token))
    expect((await eventsOf(server, first)).map(({ kind }) => kind)).toEqual(['refresh_reused'])
  })
})

describe('a client that repeats a refresh', () => {
  it('whose 503 was committed afterwards continues its session, long after the grace period [F3, J4]', async () => {
    const server = await serverWith()
    const first = await tokens(server.login())
    const { sessions } = server.services.store
    const { rotate } = sessions
    sessions.rotate = async (rotation) => {
      await rotate(rotation)
      throw new StoreUnavailable(new Error('the commit was not acknowledged in time'))
    }
    const unavailable = await refresh(server, first.refresh_token)
    await expectOAuthError(unavailable, 503, 'temporarily_unavailable')
    sessions.rotate = rotate
    server.advance(3_600_000)
    const second = await tokens(refresh(server, first.refresh_token))
    expect((await server.get('/users/me', second.access_token)).status).toBe(200)
    await tokens(refresh(server, second.refresh_token))
  })

  it('continues its session until the idle expiry [F3, F7]', async () => {
    const server = await serverWith({ REFRESH_TOKEN_IDLE_DAYS: '2' })
    const [day, second] = [86_400_000, 1_000]
    const [one, other] = [await tokens(server.login()), await tokens(server.login())]
    for (const { refresh_token } of [one, other]) await tokens(refresh(server, refresh_token))
    server.advance(2 * day - 60 * second)
    await tokens(refresh(server, one.refresh_token))
    server.advance(60 * second)
    await expectInvalidGrant(server, other.refresh_token)
    // The repetition was a use of the session.
    server.advance(day)
    await tokens(refresh(server, one.refresh_token))
  })

  it('from the same network within the grace period gets the same successor [F3, J3]', async () => {
    const server = await serverWith()
    const { refresh_token } = await tokens(server.login())
    const first = await tokens(refreshFrom(server, home, refresh_token))
    server.advance(5_000)
    const second = await tokens(refreshFrom(server, home, refresh_token))
    expect(second.refresh_token).toBe(first.refresh_token)
    expect(await eventsOf(server, first)).toMatchObject([
      { kind: 'refresh_repeated', address: home, detail: 'same successor' },
    ])
    await tokens(refresh(server, second.refresh_token))
  })

  it('gets the successor of its first repetition again, within the grace period of that [F3]', async () => {
    const server = await serverWith()
    const { refresh_token } = await tokens(server.login())
    await tokens(refreshFrom(server, home, refresh_token))
    const first = await tokens(refreshFrom(server, elsewhere, refresh_token))
    server.advance(9_000)
    const second = await tokens(refreshFrom(server, elsewhere, refresh_token))
    expect(second.refresh_token).toBe(first.refresh_token)
    server.advance(1_000)
    const third = await tokens(refreshFrom(server, elsewhere, refresh_token))
    expect(third.refresh_token).not.toBe(first.refresh_token)
  })

  it('gets a different successor each time if the grace period is zero, in the same millisecond too [F2, F3]', async () => {
    const server = await serverWith({ REFRESH_GRACE_SECONDS: '0' })
    const { refresh_token } = await tokens(server.login())
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    onTestFinished(() => void vi.useRealTimers())
    const successors = new Set<string>()
    for (const _time of [1, 2, 3])
      successors.add((await tokens(refresh(server, refresh_token))).refresh_token)
    expect(successors.size).toBe(3)
  })

  it('gets the successor again after a change of SECRET_KEY [F3]', async () => {
    const { before, after } = await secretChange()
    const { refresh_token } = await tokens(before.login())
    const first = await tokens(refresh(before, refresh_token))
    const second = await tokens(refresh(after, refresh_token))
    expect(second.refresh_token).toBe(first.refresh_token)
    await tokens(refresh(after, second.refresh_token))
  })

  it('gets a different successor from a server that cannot derive the first [F3]', async () => {
    const { before, after } = await secretChange()
    const { refresh_token } = await tokens(before.login())
    const first = await tokens(refresh(after, refresh_token))
    const second = await tokens(refresh(before, refresh_token))
    expect(second.refresh_token).not.toBe(first.refresh_token)
    await tokens(refresh(after, second.refresh_token))
  })

  it('gets the successor of an older server, which stored no network, from everywhere in the grace period [F3]', async () => {
    const server = await serverWith()
    const { refresh_token } = await tokens(server.login())
    // A repetition, so that the number is one that an older server does not reset.
    await tokens(refreshFrom(server, home, refresh_token))
    const before = await tokens(refreshFrom(server, elsewhere, refresh_token))
    const first = await tokens(refreshFrom(server, home, before.refresh_token))
    const { familyHash = '' } = (await refreshState(server, refresh_token)) ?? {}
    const { store, audit } = server.services
    await store.sessions.changeFamily(familyHash, (session) => ({
      session: {
        ...session,
        refresh: session.refresh && {
          ...session.refresh,
          rotatedFrom: undefined,
          successorNumber: 1,
        },
      },
      event: audit.event('user_updated', {}),
    }))
    const second = await tokens(refreshFrom(server, elsewhere, before.refresh_token))
    expect(second.refresh_token).toBe(first.refresh_token)
  })
})

describe('concurrent refreshes with one token', () => {
  const all = (
    server: TestServer,
    token: string,
    length: number,
    addressOf: (index: number) => string,
  ) =>
    Promise.all(
      Array.from({ length }, (_, at) => tokens(refreshFrom(server, addressOf(at), token))),
    )

  it('50 from one network get one successor and are one event, and the session continues [F3, J3]', async () => {
    const server = await serverWith()
    const { refresh_token } = await tokens(server.login())
    const answers = await all(server, refresh_token, 50, () => home)
    const [own, ...others] = answers
    if (!own) throw new Error('no response')
    const successor = own.refresh_token
    expect(others.filter((answer) => answer.refresh_token !== successor)).toEqual([])
    for (const { access_token } of answers)
      expect((await server.get('/users/me', access_token)).status).toBe(200)
    const [first, ...more] = await eventsOf(server, own)
    expect(more).toEqual([])
    expect(first).toMatchObject({ kind: 'refresh_repeated', detail: 'same successor', count: 49 })
    await tokens(refresh(server, successor))
  })

  it.each([
    ['from five networks', '10', (at: number) => `192.0.2.${at % 5}`],
    ['without a grace period', '0', () => home],
  ])('%s leave one valid branch [F3]', async (_which, grace, addressOf) => {
    const server = await serverWith({ REFRESH_GRACE_SECONDS: grace })
    const { refresh_token } = await tokens(server.login())
    const answers = await all(server, refresh_token, 10, addressOf)
    const successors = new Set(answers.map((answer) => answer.refresh_token))
    expect(successors.size).toBeGreaterThan(1)
    const { tokenHash } = (await refreshState(server, refresh_token)) ?? {}
    const isCurrent = (token: string) => parseRefreshToken(token)?.hash === tokenHash
    const [current = '', ...others] = [...successors].filter(isCurrent)
    expect(others).toEqual([])
    const replaced = [...successors].find((token) => !isCurrent(token)) ?? ''
    const next = await tokens(refreshFrom(server, home, current))
    await expectInvalidGrant(server, replaced)
    await expectEnded(server, next)
  })
})
