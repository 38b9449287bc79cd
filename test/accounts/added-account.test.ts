import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { User } from '../../generated/api.ts'
import { disableAccount } from '../harness/accounts.ts'
import { auditTrailOf, sessionOf } from '../harness/audit-trail.ts'
import { type Call, callAs, jsonOf } from '../harness/call.ts'
import { challenge } from '../harness/challenge.ts'
import { expectInvalidToken, expectProblem } from '../harness/error-responses.ts'
import { afterHashing } from '../harness/hashes.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { administrator, testUser } from '../harness/test-user.ts'

const password = 'correct horse battery staple'

let server: TestServer
let admin: Call
let adminId: string
let adminToken: string
beforeAll(async () => {
  server = await testServer()
  adminToken = await server.token(administrator)
  admin = callAs(server, adminToken)
  adminId = (await jsonOf<User>(admin('GET', '/users/me'))).user_id
})
afterAll(() => server.stop())

const isTaken = async (username: string) =>
  (await server.services.store.users.byName(username)) !== undefined

describe('POST /users by an administrator', () => {
  it('adds an account while registration is closed, with an audit event [K79, J3]', async () => {
    const asked = { username: 'Zoe', email: 'zoe@example.com', full_name: 'Zoe Zebra' }
    const scopes = ['me:read', 'users:read']
    const created = await admin('POST', '/users', { ...asked, password, scopes })
    expect(created.status).toBe(201)
    const user = await jsonOf<User>(created)
    expect(user).toMatchObject({ ...asked, scopes, disabled: false })
    expect(created.headers.get('location')).toBe(`/users/${user.user_id}`)
    const read = await admin('GET', `/users/${user.user_id}`)
    expect(read.headers.get('etag')).toBe(created.headers.get('etag'))
    expect(await jsonOf(read)).toEqual(user)
    expect((await server.login({ username: 'zoe', password })).status).toBe(200)
    const [added] = await auditTrailOf(admin, user.user_id)
    expect(added).toEqual({
      kind: 'user_added',
      origin: 'http',
      user_id: user.user_id,
      actor_id: adminId,
      client_id: 'tessera',
      session_id: sessionOf(adminToken),
      address: '127.0.0.1',
      count: 1,
    })
  })

  it('gives the scopes of a registration unless others are given [K79]', async () => {
    const body = { username: 'usual', password }
    expect(await jsonOf(admin('POST', '/users', body))).toMatchObject({
      scopes: ['me:read', 'me:write', 'items:read', 'items:write'],
    })
    const none = { username: 'none', password, scopes: [] }
    expect(await jsonOf(admin('POST', '/users', none))).toMatchObject({ scopes: [] })
  })

  it('grants no scope that the token or the account does not hold, of the usual ones neither [K79]', async () => {
    const limited = await testUser(server, ['users:write', 'me:read'])
    const ask = (body: object) =>
      limited.call('POST', '/users', { username: 'limited', password, ...body })
    const detail = async (body: object) =>
      (await expectProblem(await ask(body), 403, 'scope_not_held')).detail
    expect(await detail({ scopes: ['me:read', 'audit:read'] })).toBe(
      'You cannot grant a scope that you do not hold: audit:read',
    )
    expect(await detail({})).toMatch(/: me:write items:read items:write$/)
    expect(await detail({ scopes: ['root'] })).toBe('Unknown scope: root')
    expect(await isTaken('limited')).toBe(false)
    expect((await ask({ scopes: ['me:read'] })).status).toBe(201)
  })

  it('refuses what a registration refuses [K79]', async () => {
    const ask = (body: object) =>
      admin('POST', '/users', { username: 'refused', password, ...body })
    await expectProblem(await ask({ username: 'JohnDoe' }), 409, 'username_taken')
    await expectProblem(await ask({ password: 'passwordpassword' }), 422, 'password_refused')
    await expectProblem(await ask({ full_name: 'Eve\u202E' }), 422, 'text_refused')
    await expectProblem(await ask({ email: 'nobody' }), 400, 'invalid_request')
  })

  it('checks the caller again in the transaction [K79, D7]', async () => {
    const gone = await testUser(server, ['users:write'])
    afterHashing(server, () => disableAccount(server, gone.username))
    const body = { username: 'while-hashing', password, scopes: [] }
    await expectProblem(await gone.call('POST', '/users', body), 400, 'inactive_user')
    expect(await isTaken('while-hashing')).toBe(false)
  })
})

describe('POST /users with a token that is not an administrator’s', () => {
  let open: TestServer
  beforeAll(async () => {
    open = await testServer({ settings: { REGISTRATION: 'open' } })
  })
  afterAll(() => open.stop())

  it('is refused as at other operations, and not taken for a registration [K79, D4, D5, J3]', async () => {
    for (const at of [open, server]) {
      const user = await testUser(at)
      const ask = (call: Call) => call('POST', '/users', { username: 'no-admin', password })
      const lacking = await ask(user.call)
      expect(lacking.headers.get('www-authenticate')).toBe(
        challenge(at, 'error="insufficient_scope"', 'scope="users:write"'),
      )
      await expectProblem(lacking, 403, 'insufficient_scope')
      await expectInvalidToken(at, await ask(callAs(at, 'nonsense')))
      expect(await at.services.store.users.byName('no-admin')).toBeUndefined()
      await at.services.audit.flush()
      const { items } = await jsonOf<{ items: unknown[] }>(
        callAs(at, await at.token(administrator))('GET', '/audit-events?kind=access_denied'),
      )
      expect(items).toContainEqual(
        expect.objectContaining({ user_id: user.userId, detail: 'lacks users:write', count: 1 }),
      )
    }
  })

  it('is refused before the body is read [K79]', async () => {
    const headers = { authorization: 'Bearer nonsense', 'content-type': 'application/json' }
    const response = await fetch(`${open.url}/users`, { method: 'POST', headers, body: '{"user' })
    await expectInvalidToken(open, response)
  })

  it('is one of a registration if there is none [K79]', async () => {
    const ask = callAs(open)
    expect((await ask('POST', '/users', { username: 'newcomer', password })).status).toBe(201)
  })
})
