import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { User } from '../../../generated/api.ts'
import { type Call, callAs, jsonOf } from '../../harness/call.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { administrator, testUser } from '../../harness/test-user.ts'

let server: TestServer
let admin: Call
beforeAll(async () => {
  server = await testServer()
  admin = callAs(server, await server.token(administrator))
})
afterAll(() => server.stop())

describe('GET /users/{user_id} returns 200', () => {
  it('the account with this id, as at /users/me, never its hash', async () => {
    const { call, path, userId, username } = await testUser(server, ['me:read'])
    const read = await admin('GET', path)
    expect(read.status).toBe(200)
    const own = await call('GET', '/users/me')
    expect(read.headers.get('etag')).toBe(own.headers.get('etag'))
    const user = await jsonOf<User>(read)
    expect(user).toEqual({
      user_id: userId,
      username,
      email_verified: false,
      disabled: false,
      scopes: ['me:read'],
      created_at: expect.stringMatching(/Z$/),
    })
    expect(await jsonOf(own)).toEqual(user)
  })
})

describe('GET /users/{user_id} returns 403', () => {
  it('for callers who are not administrators, even on their own account [D8, D5]', async () => {
    const { call, path } = await testUser(server)
    const { path: other } = await testUser(server)
    for (const each of [path, other, '/users/u_nobody'])
      await expectProblem(await call('GET', each), 403, 'insufficient_scope')
  })
})

describe('GET /users/{user_id} returns 404', () => {
  it('for an unknown account', async () => {
    await expectProblem(await admin('GET', '/users/u_nobody'), 404, 'not_found')
  })
})
