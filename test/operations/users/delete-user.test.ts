import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { User } from '../../../generated/api.ts'
import { type Call, callAs, jsonOf } from '../../harness/call.ts'
import {
  expectInvalidToken,
  expectOAuthError,
  expectProblem,
} from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { administrator, eventsOf, kindsOf, testUser } from '../../harness/test-user.ts'

let server: TestServer
let admin: Call
let adminId: string
beforeAll(async () => {
  server = await testServer({ settings: { REGISTRATION: 'open' } })
  admin = callAs(server, await server.token(administrator))
  adminId = (await jsonOf<User>(admin('GET', '/users/me'))).user_id
})
afterAll(() => server.stop())

const etagOf = (response: Response) => response.headers.get('etag') ?? ''

describe('DELETE /users/{user_id} returns 204', () => {
  it('and revokes the tokens of the account, and deletes no other [D7, F8, J3]', async () => {
    const { userId, path, token, refreshToken } = await testUser(server)
    const neighbor = await testUser(server)
    expect((await admin('DELETE', path)).status).toBe(204)
    await expectInvalidToken(server, await server.get('/users/me', token))
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken }
    await expectOAuthError(await server.login(form), 400, 'invalid_grant')
    await expectProblem(await admin('GET', path), 404, 'not_found')
    expect(await kindsOf(server, userId)).toEqual(['login', 'user_deleted'])
    expect((await eventsOf(server, userId)).at(-1)).toMatchObject({ actorId: adminId })
    expect((await neighbor.call('GET', '/users/me')).status).toBe(200)
  })

  it('and a later account with the name has a different id (RFC 9700 §4.15)', async () => {
    const ids = new Set<string>()
    for (const _time of [1, 2, 3]) {
      const account = { username: 'phoenix', password: 'correct horse battery' }
      const { user_id } = await jsonOf<User>(callAs(server)('POST', '/users', account))
      ids.add(user_id)
      expect((await admin('DELETE', `/users/${user_id}`)).status).toBe(204)
    }
    expect(ids.size).toBe(3)
  })

  it('for the current ETag', async () => {
    const { path } = await testUser(server)
    const headers = { 'if-match': etagOf(await admin('GET', path)) }
    expect((await admin('DELETE', path, undefined, headers)).status).toBe(204)
  })
})

describe('DELETE /users/{user_id} returns 403', () => {
  it('for callers who are not administrators, even on their own account [D8, D5]', async () => {
    const { call, path, token } = await testUser(server)
    for (const each of [path, `/users/${adminId}`])
      await expectProblem(await call('DELETE', each), 403, 'insufficient_scope')
    for (const each of [path, `/users/${adminId}`])
      expect((await admin('GET', each)).status).toBe(200)
    expect((await server.get('/users/me', token)).status).toBe(200)
  })
})

describe('DELETE /users/{user_id} returns 404', () => {
  it('for an unknown account', async () => {
    await expectProblem(await admin('DELETE', '/users/u_nobody'), 404, 'not_found')
  })
})

describe('DELETE /users/{user_id} returns 409', () => {
  it("for the last administrator's own account, which is not deleted [I4]", async () => {
    await expectProblem(await admin('DELETE', `/users/${adminId}`), 409, 'own_account')
    expect((await admin('GET', '/users/me')).status).toBe(200)
  })
})

describe('DELETE /users/{user_id} returns 412', () => {
  it('for a stale ETag, and does not delete the account', async () => {
    const { userId, path } = await testUser(server)
    const headers = { 'if-match': etagOf(await admin('GET', path)) }
    await admin('PATCH', path, { full_name: 'x' })
    const stale = await admin('DELETE', path, undefined, headers)
    await expectProblem(stale, 412, 'precondition_failed')
    expect((await admin('GET', path)).status).toBe(200)
    expect(await kindsOf(server, userId)).toEqual(['login', 'user_updated'])
  })
})
