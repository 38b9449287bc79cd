import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SessionList } from '../../../generated/api.ts'
import { callAs, jsonOf } from '../../harness/call.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { testUser } from '../../harness/test-user.ts'
import { loginPair } from '../../harness/token-request.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const place = '/users/me/sessions'
const dayMs = 86_400_000
const isoAt = (ms: number) => new Date(ms).toISOString()
const minute = 60_000
const minuteAt = (ms: number) => isoAt(Math.floor(ms / minute) * minute)

describe('GET /users/me/sessions returns 200', () => {
  it('the properties of a session', async () => {
    const { call, token } = await testUser(server)
    const { items, next } = await jsonOf<SessionList>(call('GET', place))
    expect(next).toBeUndefined()
    const createdAt = Date.parse(items[0]?.created_at ?? '')
    expect(items).toEqual([
      {
        session_id: decodeJwt(token).sid,
        client_id: 'tessera',
        scopes: ['me:read', 'me:write', 'items:read', 'items:write'],
        current: true,
        user_agent: 'node',
        address: '127.0.0.1',
        created_at: isoAt(createdAt),
        last_used_at: isoAt(createdAt),
        expires_at: minuteAt(createdAt + 14 * dayMs),
      },
    ])
  })

  it('the minute of the last refresh, not the moment [F2]', async () => {
    const { call, refreshToken } = await testUser(server)
    server.advance(90_001)
    const before = server.services.now()
    await server.login({ grant_type: 'refresh_token', refresh_token: refreshToken })
    const { items } = await jsonOf<SessionList>(call('GET', place))
    const [used, ends] = [items[0]?.last_used_at ?? '', items[0]?.expires_at ?? '']
    for (const time of [used, ends]) expect(time).toMatch(/:00\.000Z$/)
    expect(Date.parse(used)).toBeGreaterThan(before - minute)
    expect(Date.parse(ends)).toBe(Date.parse(used) + 14 * dayMs)
  })

  it('active sessions, newest first and page by page, with the current one marked', async () => {
    const { call, login } = await testUser(server)
    const ended = await jsonOf<{ access_token: string }>(server.login(login))
    await callAs(server, ended.access_token)('POST', '/users/me/items', { item_id: 'x' })
    const all = await jsonOf<SessionList>(call('GET', place))
    expect(all.items.map(({ current }) => current)).toEqual([false, true])
    expect(all.next).toBeUndefined()
    const page = await jsonOf<SessionList>(call('GET', `${place}?limit=1`))
    expect(page.items).toHaveLength(1)
    const rest = await jsonOf<SessionList>(call('GET', `${place}?limit=1&cursor=${page.next}`))
    expect([...page.items, ...rest.items]).toEqual(all.items)
    expect(rest.next).toBeUndefined()
    const [newest] = all.items
    await call('DELETE', `${place}/${newest?.session_id}`)
    const left = await jsonOf<SessionList>(call('GET', place))
    expect(left.items.map(({ current }) => current)).toEqual([true])
  })

  it('no session that was idle for too long or is too old', async () => {
    const other = await testServer({ settings: { REFRESH_TOKEN_MAX_DAYS: '20' } })
    const { login, refreshToken } = await testUser(other)
    other.advance(10 * dayMs)
    const second = await loginPair(other, login)
    await other.login({ grant_type: 'refresh_token', refresh_token: refreshToken })
    other.advance(9 * dayMs)
    const seenWith = async (token: string) =>
      (await jsonOf<SessionList>(callAs(other, token)('GET', place))).items
    const third = await loginPair(other, login)
    const [, , first] = await seenWith(third.access)
    const { created_at = '', last_used_at = '', expires_at = '' } = first ?? {}
    const [began, used, ends] = [created_at, last_used_at, expires_at].map((at) => Date.parse(at))
    expect([used, ends].map((at) => Math.round(((at ?? 0) - (began ?? 0)) / dayMs))).toEqual([
      10, 20,
    ])
    // The first session is too old, although it was refreshed.
    other.advance(2 * dayMs)
    const fourth = await loginPair(other, login)
    expect(await seenWith(fourth.access)).toHaveLength(3)
    // The second session was never refreshed.
    other.advance(5 * dayMs)
    const fifth = await loginPair(other, login)
    expect((await seenWith(fifth.access)).map(({ session_id }) => session_id)).not.toContain(
      decodeJwt(second.access).sid,
    )
    await other.stop()
  })
})

describe('GET /users/me/sessions returns 404', () => {
  it('for a forged cursor, and for one of a different account [D8]', async () => {
    const [mine, another] = [await testUser(server), await testUser(server)]
    for (const { login } of [mine, another]) await server.login(login)
    await expectProblem(await mine.call('GET', `${place}?cursor=x`), 404, 'unknown_cursor')
    const { next } = await jsonOf<SessionList>(mine.call('GET', `${place}?limit=1`))
    const foreign = await another.call('GET', `${place}?limit=1&cursor=${next}`)
    await expectProblem(foreign, 404, 'unknown_cursor')
  })
})
