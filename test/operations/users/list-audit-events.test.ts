import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditEvent, AuditEventList, User } from '../../../generated/api.ts'
import { addAccount, defaultPassword } from '../../harness/accounts.ts'
import { type Call, callAs, jsonOf } from '../../harness/call.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'

let server: TestServer
let admin: Call
let adminId: string
beforeAll(async () => {
  server = await testServer({ settings: { LOGIN_MAX_FAILURES: '2', REFRESH_GRACE_SECONDS: '0' } })
  const login = { username: 'admin', password: 'administrator123' }
  admin = callAs(server, await server.token(login))
  adminId = (await jsonOf<User>(admin('GET', '/users/me'))).user_id
})
afterAll(() => server.stop())

const events = async (query: string): Promise<AuditEvent[]> =>
  (await jsonOf<AuditEventList>(admin('GET', `/audit-events?${query}`))).items

const post = (path: string, form: Record<string, string>) =>
  fetch(`${server.url}${path}`, { method: 'POST', body: new URLSearchParams(form) })

describe('GET /audit-events returns 200', () => {
  it('one event per login, failure, throttling, repeated refresh, reuse, revocation, refusal and change [J3]', async () => {
    const userId = await addAccount(server, { username: 'watched', scopes: ['me:read'] })
    const login = { username: 'watched', password: defaultPassword }
    const tokens = await jsonOf<{ access_token: string; refresh_token: string }>(
      server.login(login),
    )
    const { refresh_token } = tokens
    const refresh = { grant_type: 'refresh_token', refresh_token }
    await server.get('/users/me/items', tokens.access_token)
    await server.services.audit.flush()
    const replaced = await jsonOf<typeof tokens>(post('/token', refresh))
    await post('/token', refresh)
    await post('/token', { ...refresh, refresh_token: replaced.refresh_token })
    const next = await jsonOf<typeof tokens>(server.login(login))
    await post('/revoke', { token: next.access_token })
    await post('/revoke', { token: next.access_token })
    await post('/revoke', { token: next.refresh_token })
    await admin('PATCH', `/users/${userId}`, { full_name: 'Watched' })
    for (const password of ['hunter-one', 'hunter-two', 'hunter-three', 'hunter-four'])
      await server.login({ username: 'watched', password })
    await server.login({ username: 'somebody-unknown-typed', password: 'hunter-five' })
    const seen = await events(`user_id=${userId}`)
    expect(seen.map(({ kind }) => kind).reverse()).toEqual([
      'login',
      'access_denied',
      'refresh_repeated',
      'refresh_reused',
      'login',
      'token_revoked',
      'token_revoked',
      'user_updated',
      'login_failed',
      'login_failed',
      'login_throttled',
    ])
    expect(seen.find(({ kind }) => kind === 'user_updated')).toMatchObject({
      actor_id: adminId,
      origin: 'http',
      address: '127.0.0.1',
      detail: 'full_name',
    })
    const all = JSON.stringify(await events('limit=100'))
    const issued = [tokens, replaced, next].flatMap((each) => Object.values(each))
    const secrets = [defaultPassword, ...issued].map(String)
    for (const secret of [
      ...secrets.filter((each) => each.length > 20),
      'hunter',
      'unknown-typed',
    ]) {
      expect(all).not.toContain(secret)
      expect(server.log()).not.toContain(secret)
    }
  })

  it('filters by affected or acting account, by kind and by time', async () => {
    const userId = await addAccount(server, { username: 'filtered' })
    server.advance(60_000)
    const since = new Date(server.services.now()).toISOString()
    await admin('PATCH', `/users/${userId}`, { disabled: true })
    server.advance(60_000)
    const until = new Date(server.services.now()).toISOString()
    await admin('PATCH', `/users/${userId}`, { disabled: false })
    const kinds = async (query: string) => (await events(query)).map(({ kind }) => kind)
    expect(await kinds(`user_id=${userId}`)).toEqual(['user_enabled', 'user_disabled'])
    expect(await kinds(`user_id=${adminId}&limit=2`)).toEqual(['user_enabled', 'user_disabled'])
    expect(await kinds(`user_id=${userId}&kind=user_disabled`)).toEqual(['user_disabled'])
    expect(await kinds(`since=${since}&until=${until}`)).toEqual(['user_disabled'])
    expect(await kinds(`user_id=${userId}&since=${until}`)).toEqual(['user_enabled'])
  })

  it('treats a leap second as the following second', async () => {
    expect(await events('since=9998-12-31T23:59:60Z')).toEqual([])
    expect(await events('until=9998-12-31T23:59:60.5Z&limit=1')).toHaveLength(1)
  })

  it('returns all events once, newest first, page by page', async () => {
    const all = await events('limit=100')
    const seen: AuditEvent[] = []
    let path: string | undefined = '/audit-events?limit=4'
    while (path) {
      const page: AuditEventList = await jsonOf(admin('GET', path))
      seen.push(...page.items)
      path = page.next && `/audit-events?limit=4&cursor=${page.next}`
    }
    expect(seen).toEqual(all)
    const ids = all.map(({ event_id }) => event_id)
    expect(ids).toEqual(ids.toSorted().reverse())
  })

  it('returns the events of one account, affected or acting, page by page', async () => {
    const userId = await addAccount(server, { username: 'paged' })
    for (const disabled of [true, false, true, false, true])
      await admin('PATCH', `/users/${userId}`, { disabled })
    for (const id of [userId, adminId]) {
      const all = await events(`limit=100&user_id=${id}`)
      const seen: AuditEvent[] = []
      let path: string | undefined = `/audit-events?limit=2&user_id=${id}`
      while (path) {
        const page: AuditEventList = await jsonOf(admin('GET', path))
        seen.push(...page.items)
        path = page.next && `/audit-events?limit=2&user_id=${id}&cursor=${page.next}`
      }
      expect(seen).toEqual(all)
      expect(seen.length).toBeGreaterThan(4)
    }
  })
})

describe('GET /audit-events returns 404', () => {
  it.each([
    'kind=login',
    'user_id=u_1',
    'since=2026-01-02T03:04:05Z',
    'until=2999-01-02T03:04:05Z',
  ])('for the cursor of a list without %s', async (filter) => {
    await admin('PATCH', `/users/${adminId}`, { full_name: 'Ada' })
    const { next } = await jsonOf<AuditEventList>(admin('GET', '/audit-events?limit=1'))
    expect(next).toMatch(/./)
    const other = await admin('GET', `/audit-events?${filter}&cursor=${next}`)
    await expectProblem(other, 404, 'unknown_cursor')
  })
})

describe('GET /audit-events returns 400', () => {
  it.each(['kind=nonsense', 'since=yesterday', 'user_id=a%20b'])('for %s', async (query) => {
    await expectProblem(await admin('GET', `/audit-events?${query}`), 400, 'invalid_request')
  })
})
