import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Introspection, User } from '../../../generated/api.ts'
import { addAccount } from '../../harness/accounts.ts'
import { type Call, callAs, jsonOf } from '../../harness/call.ts'
import { expectInvalidToken, expectProblem } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { administrator, eventsOf, kindsOf, testUser } from '../../harness/test-user.ts'
import { loginPair, postForm } from '../../harness/token-request.ts'

let server: TestServer
let admin: Call
let adminId: string
beforeAll(async () => {
  server = await testServer()
  admin = callAs(server, await server.token(administrator))
  adminId = (await jsonOf<User>(admin('GET', '/users/me'))).user_id
})
afterAll(() => server.stop())

const etagOf = (response: Response) => response.headers.get('etag') ?? ''

describe('PATCH /users/{user_id} returns 200', () => {
  it('and renames the account without changing its id [E6]', async () => {
    const { userId, path, call } = await testUser(server)
    const renamed = await admin('PATCH', path, { username: 'Renamed', email: 'r@example.com' })
    const user = await jsonOf<User>(renamed)
    expect(user).toMatchObject({ user_id: userId, username: 'Renamed', email: 'r@example.com' })
    const read = await call('GET', '/users/me')
    expect(etagOf(read)).toBe(etagOf(renamed))
    expect(await jsonOf(read)).toEqual(user)
    // A different spelling of the own name is not taken.
    const respelt = await admin('PATCH', path, { username: 'RENAMED' })
    expect(await jsonOf(respelt)).toEqual({ ...user, username: 'RENAMED' })
    expect(await jsonOf(admin('PATCH', path, { email: null }))).not.toHaveProperty('email')
  })

  it('and changes the fields of the patch, keeps the rest, and records who did it [J3]', async () => {
    const { userId, path } = await testUser(server, ['me:read'])
    const before = await jsonOf<User>(admin('GET', path))
    const changes = { full_name: 'Some Body', scopes: ['me:read', 'audit:read'] }
    expect(await jsonOf(admin('PATCH', path, changes))).toEqual({ ...before, ...changes })
    const unnamed = await jsonOf(admin('PATCH', path, { full_name: null, disabled: false }))
    expect(unnamed).toEqual({ ...before, scopes: changes.scopes })
    expect((await eventsOf(server, userId)).slice(1)).toMatchObject([
      { kind: 'user_updated', actorId: adminId, detail: 'full_name +audit:read' },
      { kind: 'user_updated', actorId: adminId, detail: 'full_name' },
    ])
  })

  it('and disables at once and ends the sessions; enabling restores none [S8, D7, F8, J3]', async () => {
    const { userId, path, token, login, refreshToken } = await testUser(server)
    const neighbor = await testUser(server)
    expect((await admin('PATCH', path, { disabled: true })).status).toBe(200)
    await expectProblem(await server.get('/users/me', token), 400, 'inactive_user')
    const renamed = await jsonOf<User>(admin('PATCH', path, { full_name: 'Still Out' }))
    expect(renamed.disabled).toBe(true)
    const enabled = await jsonOf<User>(admin('PATCH', path, { disabled: false }))
    expect(enabled.disabled).toBe(false)
    await expectInvalidToken(server, await server.get('/users/me', token))
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken }
    expect((await server.login(form)).status).toBe(400)
    expect((await server.login(login)).status).toBe(200)
    expect((await neighbor.call('GET', '/users/me')).status).toBe(200)
    expect(await kindsOf(server, userId)).toEqual([
      'login',
      'user_disabled',
      'user_updated',
      'user_enabled',
      'login',
    ])
  })

  it('and removes a scope from existing tokens at once, without ending a session', async () => {
    const { path, token, login } = await testUser(server, ['me:read', 'items:read'])
    const other = await loginPair(server, login)
    await admin('PATCH', path, { scopes: ['me:read'] })
    const refused = await server.get('/users/me/items', token)
    await expectProblem(refused, 403, 'insufficient_scope')
    const client = { client_id: 'demo-service', client_secret: 'demo-service-secret' }
    const introspection = await jsonOf<Introspection>(
      postForm(server, '/introspect', { token, ...client }),
    )
    expect(introspection.scope).toBe('me:read')
    expect((await server.get('/users/me', other.access)).status).toBe(200)
  })

  it('for an empty change, with the same ETag, and for the current ETag', async () => {
    const { path, userId } = await testUser(server)
    const before = etagOf(await admin('GET', path))
    expect(etagOf(await admin('PATCH', path, {}))).toBe(before)
    expect(await kindsOf(server, userId)).toEqual(['login'])
    const changed = await admin('PATCH', path, { full_name: 'x' }, { 'if-match': before })
    expect(changed.status).toBe(200)
    expect(etagOf(changed)).not.toBe(before)
  })
})

describe('PATCH /users/{user_id} returns 400', () => {
  it.each(['a b', 'a\u007Fb', ''])('for the name %j', async (username) => {
    const { path } = await testUser(server)
    await expectProblem(await admin('PATCH', path, { username }), 400, 'invalid_request')
  })
})

describe('PATCH /users/{user_id} returns 404', () => {
  it('for an unknown account', async () => {
    const body = { disabled: true }
    await expectProblem(await admin('PATCH', '/users/u_nobody', body), 404, 'not_found')
  })
})

describe('PATCH /users/{user_id} returns 422', () => {
  it.each(['a\u200Bb', '\u202Eabc', 'a\u00AD'])('for the name %j', async (name) => {
    const { path, call, username } = await testUser(server)
    const refused = await admin('PATCH', path, { username: name })
    const { errors } = await expectProblem(refused, 422, 'text_refused')
    expect(errors).toMatchObject([{ in: 'body', pointer: '/username' }])
    expect(await jsonOf(call('GET', '/users/me'))).toMatchObject({ username })
  })
})

describe('PATCH /users/{user_id} with LOGIN_WITH=username,email', () => {
  it('returns 422 for a new username that would be read as an address; an old one stays [K71]', async () => {
    const strict = await testServer({ settings: { LOGIN_WITH: 'username,email' } })
    const call = callAs(strict, await strict.token(administrator))
    const path = `/users/${await addAccount(strict, { username: 'ada@example.com' })}`
    const refused = await call('PATCH', path, { username: 'bob@example.com' })
    const { errors } = await expectProblem(refused, 422, 'text_refused')
    expect(errors).toMatchObject([{ pointer: '/username' }])
    const kept = await call('PATCH', path, { username: 'ada@example.com', full_name: 'Ada' })
    expect(kept.status).toBe(200)
    await strict.stop()
  })
})

describe('PATCH /users/{user_id} returns 412', () => {
  it('for a stale ETag, even with an empty change, and changes nothing', async () => {
    const { path } = await testUser(server)
    const headers = { 'if-match': etagOf(await admin('GET', path)) }
    await admin('PATCH', path, { full_name: 'x' })
    for (const body of [{ full_name: 'y' }, {}]) {
      const stale = await admin('PATCH', path, body, headers)
      await expectProblem(stale, 412, 'precondition_failed')
    }
    expect(await jsonOf(admin('GET', path))).toMatchObject({ full_name: 'x' })
  })
})
