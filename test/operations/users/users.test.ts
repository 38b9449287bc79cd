import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Introspection, User, UserList } from '../../../generated/api.ts'
import { addAccount, usualPassword } from '../../harness/accounts.ts'
import { type Call, callAs, jsonOf } from '../../harness/call.ts'
import { declaredScopes } from '../../harness/contract-operations.ts'
import { expectInvalidToken, expectProblem } from '../../harness/error-answers.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'

let server: TestServer
let admin: Call
let adminId: string
const administrator = { username: 'admin', password: 'administrator123' }
beforeAll(async () => {
  server = await testServer()
  admin = callAs(server, await server.token(administrator))
  adminId = (await jsonOf<User>(admin('GET', '/users/me'))).user_id
})
afterAll(() => server.stop())

let people = 0
async function somebody(scopes: readonly string[] = ['me:read', 'items:read']) {
  const username = `user-${people++}`
  const userId = await addAccount(server, { username, scopes })
  const login = { username, password: usualPassword }
  const token = await server.token(login)
  return { userId, username, login, token, path: `/users/${userId}`, call: callAs(server, token) }
}

const kindsOf = async (userId: string) =>
  (await server.services.store.auditEvents.list({ userId, limit: 50 })).map(({ kind }) => kind)

describe('GET /users', () => {
  it('answers every account, page by page, in the order of the names', async () => {
    for (let each = 0; each < 12; each += 1) await somebody()
    const names: string[] = []
    let path: string | undefined = '/users?limit=5'
    while (path) {
      const page: UserList = await jsonOf(admin('GET', path))
      names.push(...page.items.map(({ username }) => username))
      path = page.next && `/users?limit=5&cursor=${page.next}`
    }
    expect(names).toEqual([...new Set(names)].sort())
    expect(names).toEqual(expect.arrayContaining(['admin', 'alice', 'johndoe', 'user-0']))
    await expectProblem(await admin('GET', '/users?cursor=YWJj'), 404, 'unknown_cursor')
  })
})

describe.each(['GET', 'PATCH', 'DELETE'])('%s /users/{user_id}', (method) => {
  const body = method === 'PATCH' ? { disabled: true } : undefined

  it('answers 404 where there is no such account', async () => {
    await expectProblem(await admin(method, '/users/u_nobody', body), 404, 'not_found')
  })

  it('D8, D5 is closed to whoever may not administer, for his own account too', async () => {
    const { call, path } = await somebody()
    await expectProblem(await call(method, path, body), 403, 'insufficient_scope')
    await expectProblem(await call(method, `/users/${adminId}`, body), 403, 'insufficient_scope')
  })
})

describe('PATCH /users/{user_id}', () => {
  it('E6 renames, and the id stays; 409 to a name that is taken, in whatever disguise', async () => {
    const { userId, path, call } = await somebody()
    const renamed = await admin('PATCH', path, { username: 'Renamed', email: 'r@example.com' })
    expect(await jsonOf(renamed)).toMatchObject({ user_id: userId, username: 'Renamed' })
    expect(await jsonOf(call('GET', '/users/me'))).toMatchObject({ username: 'Renamed' })
    const { path: other } = await somebody()
    for (const username of ['Renamed', 'rENAMED', 'ｒｅｎａｍｅｄ'])
      await expectProblem(await admin('PATCH', other, { username }), 409, 'username_taken')
    for (const username of ['a b', 'a\u200Bb', '\u202Eabc', 'a\u00AD'])
      await expectProblem(await admin('PATCH', other, { username }), 400, 'invalid_request')
    expect(await jsonOf(admin('PATCH', path, { email: null }))).not.toHaveProperty('email')
  })

  it('S8, D7, J3 disables at once and ends the sessions; enabling revives none', async () => {
    const { userId, path, token, login } = await somebody()
    expect((await admin('PATCH', path, { disabled: true })).status).toBe(200)
    await expectProblem(await server.get('/users/me', token), 400, 'inactive_user')
    expect((await admin('PATCH', path, { disabled: false })).status).toBe(200)
    await expectInvalidToken(server, await server.get('/users/me', token))
    expect((await server.login(login)).status).toBe(200)
    expect((await kindsOf(userId)).slice(0, 3)).toEqual(['login', 'user_enabled', 'user_disabled'])
  })

  it('takes a scope from the tokens that have it, at once', async () => {
    const { path, token } = await somebody(['me:read', 'items:read'])
    await admin('PATCH', path, { scopes: ['me:read'] })
    const refused = await server.get('/users/me/items', token)
    await expectProblem(refused, 403, 'insufficient_scope')
    const introspection = await jsonOf<Introspection>(
      fetch(`${server.url}/introspect`, {
        method: 'POST',
        body: new URLSearchParams({
          token,
          client_id: 'demo-service',
          client_secret: 'demo-service-secret',
        }),
      }),
    )
    expect(introspection.scope).toBe('me:read')
  })

  it('D5, J3 answers 403 to whoever grants what he, or his token, does not have', async () => {
    const { path, userId } = await somebody()
    const helper = await somebody(['users:write'])
    const narrow = callAs(server, await server.token({ ...administrator, scope: 'users:write' }))
    for (const call of [helper.call, narrow])
      await expectProblem(
        await call('PATCH', path, { scopes: ['audit:read'] }),
        403,
        'scope_not_held',
      )
    const own = await helper.call('PATCH', helper.path, { scopes: [...declaredScopes] })
    await expectProblem(own, 403, 'scope_not_held')
    expect((await helper.call('PATCH', path, { scopes: ['users:write'] })).status).toBe(200)
    expect((await kindsOf(userId)).filter((kind) => kind === 'access_denied')).toHaveLength(2)
  })

  it('answers 412 to a stale ETag, and 200 without a change to an empty one', async () => {
    const { path } = await somebody()
    const before = (await admin('GET', path)).headers.get('etag') ?? ''
    expect((await admin('PATCH', path, {})).headers.get('etag')).toBe(before)
    await admin('PATCH', path, { full_name: 'x' })
    const headers = { 'if-match': before }
    for (const method of ['PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { full_name: 'y' } : undefined
      await expectProblem(await admin(method, path, body, headers), 412, 'precondition_failed')
    }
  })
})

describe('DELETE /users/{user_id}', () => {
  it('D7, J3 answers 204, and the tokens of the account are worth nothing', async () => {
    const { userId, path, token } = await somebody()
    expect((await admin('DELETE', path)).status).toBe(204)
    await expectInvalidToken(server, await server.get('/users/me', token))
    await expectProblem(await admin('GET', path), 404, 'not_found')
    expect((await kindsOf(userId))[0]).toBe('user_deleted')
  })
})

describe('the last administrator', () => {
  it('can be neither disabled, nor deleted, nor lose the scope', async () => {
    const alone = await testServer()
    const call = callAs(alone, await alone.token(administrator))
    const { user_id } = await jsonOf<User>(call('GET', '/users/me'))
    const path = `/users/${user_id}`
    for (const body of [{ disabled: true }, { scopes: ['me:read'] }])
      await expectProblem(await call('PATCH', path, body), 409, 'last_administrator')
    await expectProblem(await call('DELETE', path), 409, 'own_account')
    expect((await call('GET', '/users/me')).status).toBe(200)
    await alone.stop()
  })

  it('is there still when two disable each other at once', async () => {
    const alone = await testServer()
    const others = [0, 1].map((each) => ({ username: `admin-${each}`, scopes: declaredScopes }))
    const ids: string[] = []
    for (const other of others) ids.push(await addAccount(alone, other))
    const calls = await Promise.all(
      others.map(async ({ username }) =>
        callAs(alone, await alone.token({ username, password: usualPassword })),
      ),
    )
    const { user_id } = await jsonOf<User>(
      callAs(alone, await alone.token(administrator))('GET', '/users/me'),
    )
    await calls[0]?.('DELETE', `/users/${user_id}`)
    await Promise.all(
      calls.map((call, each) => call('PATCH', `/users/${ids[1 - each]}`, { disabled: true })),
    )
    const { store } = alone.services
    const left = await Promise.all(ids.map((userId) => store.users.byId(userId)))
    expect(left.map((user) => user?.disabled).sort()).toEqual([false, true])
    await alone.stop()
  })
})
