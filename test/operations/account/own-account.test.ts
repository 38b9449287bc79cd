import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SessionList, User } from '../../../generated/api.ts'
import { addAccount, usualPassword } from '../../harness/accounts.ts'
import { callAs, jsonOf } from '../../harness/call.ts'
import { declaredScopes } from '../../harness/contract-operations.ts'
import { expectInvalidToken, expectOAuthError, expectProblem } from '../../harness/error-answers.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ settings: { LOGIN_MAX_FAILURES: '3' } })
})
afterAll(() => server.stop())

const next = 'a password that is long enough'
let people = 0

/** Somebody with an account of his own, who has just logged in. */
async function somebody() {
  const username = `somebody-${people++}`
  const userId = await addAccount(server, { username, scopes: declaredScopes })
  const login = { username, password: usualPassword }
  const tokens = await jsonOf<{ access_token: string; refresh_token: string }>(server.login(login))
  return { userId, login, tokens, call: callAs(server, tokens.access_token) }
}

const eventsOf = async (userId: string) =>
  (await server.services.store.auditEvents.list({ userId, limit: 50 })).map(({ kind }) => kind)

/** What needs the current password, and with what else. */
const guarded: readonly [string, string, object][] = [
  ['PATCH', '/users/me', { email: 'new@example.com' }],
  ['DELETE', '/users/me', {}],
  ['PUT', '/users/me/password', { new_password: next }],
]

describe.each(guarded)('%s %s', (method, path, body) => {
  it('I4, H1, J3 answers 403 to a wrong current password, and 429 after too many', async () => {
    const { userId, call, login } = await somebody()
    const attempt = (current_password: string) => call(method, path, { ...body, current_password })
    for (const wrong of ['one', 'two', 'three'])
      await expectProblem(await attempt(wrong), 403, 'wrong_password')
    const refused = await attempt(usualPassword)
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
    await expectProblem(refused, 429, 'temporarily_unavailable')
    expect((await call('GET', '/users/me')).status).toBe(200)
    await expectOAuthError(await server.login(login), 429, 'temporarily_unavailable')
    const kinds = await eventsOf(userId)
    expect(kinds.filter((kind) => kind === 'login_failed')).toHaveLength(3)
    expect(kinds.filter((kind) => kind === 'login_throttled')).toHaveLength(1)
    server.advance(901_000)
  })

  it('I4 answers 400 without the current password', async () => {
    const { call } = await somebody()
    const { errors } = await expectProblem(await call(method, path, body), 400, 'invalid_request')
    expect(errors).toContainEqual({
      in: 'body',
      pointer: '/current_password',
      detail: 'is required',
    })
  })
})

describe('PATCH /users/me', () => {
  it('changes the name without, and the address with the password; null removes; J3 each is written down', async () => {
    const { userId, call } = await somebody()
    const named = await call('PATCH', '/users/me', { full_name: 'Some Body' })
    expect(await jsonOf<User>(named)).toMatchObject({ full_name: 'Some Body' })
    const current_password = usualPassword
    const addressed = await call('PATCH', '/users/me', { email: 's@example.com', current_password })
    expect(await jsonOf<User>(addressed)).toMatchObject({
      full_name: 'Some Body',
      email: 's@example.com',
    })
    const removed = await call('PATCH', '/users/me', { email: null, current_password })
    expect(await jsonOf(removed)).not.toHaveProperty('email')
    expect((await eventsOf(userId)).filter((kind) => kind === 'user_updated')).toHaveLength(3)
  })

  it.each([{ scopes: ['users:write'] }, { disabled: false }, { username: 'root' }])(
    'answers 400 to %j: nobody gives himself more',
    async (body) => {
      const { call } = await somebody()
      await expectProblem(await call('PATCH', '/users/me', body), 400, 'invalid_request')
    },
  )

  it.each(['PATCH', 'DELETE'])('answers 412 to %s with a stale ETag', async (method) => {
    const { call } = await somebody()
    const etag = (await call('GET', '/users/me')).headers.get('etag') ?? ''
    await call('PATCH', '/users/me', { full_name: 'Meanwhile' })
    const body = method === 'PATCH' ? { full_name: 'x' } : { current_password: usualPassword }
    const stale = await call(method, '/users/me', body, { 'if-match': etag })
    await expectProblem(stale, 412, 'precondition_failed')
    expect(await jsonOf(call('GET', '/users/me'))).toMatchObject({ full_name: 'Meanwhile' })
  })
})

describe('DELETE /users/me', () => {
  it('D7, F8, J3 answers 204, and the account and its tokens are gone', async () => {
    const { userId, call, tokens, login } = await somebody()
    const body = { current_password: usualPassword }
    expect((await call('DELETE', '/users/me', body)).status).toBe(204)
    await expectInvalidToken(server, await call('GET', '/users/me'))
    const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
    await expectOAuthError(await server.login(form), 400, 'invalid_grant')
    await expectOAuthError(await server.login(login), 401, 'invalid_grant')
    expect(await eventsOf(userId)).toContain('user_deleted')
  })

  it('answers 409 to the last administrator', async () => {
    const alone = await testServer()
    const login = { username: 'admin', password: 'administrator123' }
    const call = callAs(alone, await alone.token(login))
    const refused = await call('DELETE', '/users/me', { current_password: login.password })
    await expectProblem(refused, 409, 'last_administrator')
    await alone.stop()
  })
})

describe('PUT /users/me/password', () => {
  it('I4, D7, F8, J3 answers 204, ends every other session and keeps this one', async () => {
    const { userId, call, login, tokens } = await somebody()
    const other = await jsonOf<typeof tokens>(server.login(login))
    const body = { current_password: usualPassword, new_password: next }
    expect((await call('PUT', '/users/me/password', body)).status).toBe(204)
    expect((await call('GET', '/users/me')).status).toBe(200)
    await expectInvalidToken(server, await server.get('/users/me', other.access_token))
    const refresh = (refresh_token: string) =>
      server.login({ grant_type: 'refresh_token', refresh_token })
    await expectOAuthError(await refresh(other.refresh_token), 400, 'invalid_grant')
    expect((await refresh(tokens.refresh_token)).status).toBe(200)
    await expectOAuthError(await server.login(login), 401, 'invalid_grant')
    expect((await server.login({ ...login, password: next })).status).toBe(200)
    expect(await eventsOf(userId)).toContain('password_changed')
  })

  it.each([
    ['too short', 'fourteen chars', /at least 15 characters/],
    ['common', 'passwordpassword', /most common/],
    ['too long in bytes', 'ä'.repeat(600), /at most 1024 bytes/],
  ])(
    'I1, I4 answers 409 with the reason to a password that is %s',
    async (_what, password, reason) => {
      const { call } = await somebody()
      const body = { current_password: usualPassword, new_password: password }
      const { detail } = await expectProblem(
        await call('PUT', '/users/me/password', body),
        409,
        'password_refused',
      )
      expect(detail).toMatch(reason)
    },
  )

  it('I4 answers 400 below eight characters', async () => {
    const { call } = await somebody()
    const body = { current_password: usualPassword, new_password: 'seven77' }
    await expectProblem(await call('PUT', '/users/me/password', body), 400, 'invalid_request')
  })

  it('I1, I2 takes 64 emoji, and tells passwords apart that begin alike', async () => {
    const { call, login } = await somebody()
    const emoji = '🦊'.repeat(64)
    const body = { current_password: usualPassword, new_password: emoji }
    expect((await call('PUT', '/users/me/password', body)).status).toBe(204)
    expect((await server.login({ ...login, password: emoji })).status).toBe(200)
    const other = `${'🦊'.repeat(63)}🐺`
    await expectOAuthError(await server.login({ ...login, password: other }), 401, 'invalid_grant')
  })
})

describe('the sessions of an account', () => {
  it('are listed, the newest first, this one marked, page by page, and without those that ended', async () => {
    const { call, login } = await somebody()
    const ended = await jsonOf<{ access_token: string }>(server.login(login))
    await callAs(server, ended.access_token)('POST', '/users/me/items', { item_id: 'x' })
    const all = await jsonOf<SessionList>(call('GET', '/users/me/sessions'))
    expect(all.items.map(({ current }) => current)).toEqual([false, true])
    expect(all.next).toBeUndefined()
    const page = await jsonOf<SessionList>(call('GET', '/users/me/sessions?limit=1'))
    const rest = await call('GET', `/users/me/sessions?limit=1&cursor=${page.next}`)
    expect([...page.items, ...(await jsonOf<SessionList>(rest)).items]).toEqual(all.items)
    const [newest] = all.items
    await call('DELETE', `/users/me/sessions/${newest?.session_id}`)
    const left = await jsonOf<SessionList>(call('GET', '/users/me/sessions'))
    expect(left.items.map(({ current }) => current)).toEqual([true])
    await expectProblem(await call('GET', '/users/me/sessions?cursor=x'), 404, 'unknown_cursor')
  })

  it('D8, D7, J3 end one by one, each by its owner alone, and at once', async () => {
    const [mine, another] = [await somebody(), await somebody()]
    const { items } = await jsonOf<SessionList>(another.call('GET', '/users/me/sessions'))
    const path = `/users/me/sessions/${items[0]?.session_id}`
    await expectProblem(await mine.call('DELETE', path), 404, 'not_found')
    expect((await another.call('GET', '/users/me')).status).toBe(200)
    expect((await another.call('DELETE', path)).status).toBe(204)
    await expectInvalidToken(server, await another.call('GET', '/users/me'))
    expect(await eventsOf(another.userId)).toContain('session_ended')
  })

  it('end all at once, this one too', async () => {
    const { call, login } = await somebody()
    const other = await server.token(login)
    expect((await call('DELETE', '/users/me/sessions')).status).toBe(204)
    await expectInvalidToken(server, await call('GET', '/users/me'))
    await expectInvalidToken(server, await server.get('/users/me', other))
  })
})
