import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultPassword } from '../harness/accounts.ts'
import { expectOAuthError, expectProblem } from '../harness/error-responses.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { kindsOf, testUser } from '../harness/test-user.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ settings: { LOGIN_MAX_FAILURES: '3' } })
})
afterAll(() => server.stop())

/** The operations that require the current password, with the rest of their bodies. */
const guarded: readonly [string, string, object][] = [
  ['PATCH', '/users/me', { email: 'new@example.com' }],
  ['POST', '/users/me/deletion', {}],
  ['PUT', '/users/me/password', { new_password: 'a password that is long enough' }],
]

describe.each(guarded)('%s %s returns 400', (method, path, body) => {
  it('without the current password [I4]', async () => {
    const { call } = await testUser(server)
    const { errors } = await expectProblem(await call(method, path, body), 400, 'invalid_request')
    expect(errors).toContainEqual({
      in: 'body',
      pointer: '/current_password',
      detail: 'is required',
    })
  })
})

describe.each(guarded)('%s %s returns 403', (method, path, body) => {
  it('for a wrong current password, and 429 after too many [I4, H1, J3]', async () => {
    const { userId, call, login } = await testUser(server)
    const attempt = (current_password: string) => call(method, path, { ...body, current_password })
    for (const wrong of ['one', 'two', 'three'])
      await expectProblem(await attempt(wrong), 403, 'wrong_password')
    const refused = await attempt(defaultPassword)
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
    await expectProblem(refused, 429, 'temporarily_unavailable')
    expect((await call('GET', '/users/me')).status).toBe(200)
    await expectOAuthError(await server.login(login), 429, 'temporarily_unavailable')
    const kinds = await kindsOf(server, userId)
    expect(kinds.filter((kind) => kind === 'login_failed')).toHaveLength(3)
    expect(kinds.filter((kind) => kind === 'login_throttled')).toHaveLength(1)
    server.advance(901_000)
  })
})

describe.each(guarded)('%s %s of an account without a password', (method, path, body) => {
  it('returns 403, whatever the current password is said to be [K77]', async () => {
    const { userId, call } = await testUser(server)
    const { users } = server.services.store
    const { passwordHash = '' } = (await users.byId(userId)) ?? {}
    expect(await users.rehash(userId, passwordHash, '')).toBe(true)
    const response = await call(method, path, { ...body, current_password: defaultPassword })
    await expectProblem(response, 403, 'wrong_password')
    expect((await call('GET', '/users/me')).status).toBe(200)
    expect(await users.byId(userId)).toMatchObject({ passwordHash: '' })
  })
})

describe('the current password', () => {
  const remove = (email: null, current_password: string) => ({ email, current_password })

  it('counts the same wrong password once, and the right one resets the count [H3, I4]', async () => {
    const { call } = await testUser(server)
    const attempt = async (password: string) =>
      (await call('PATCH', '/users/me', remove(null, password))).status
    for (const _round of [1, 2]) {
      for (const wrong of ['one', 'one', 'one', 'two']) expect(await attempt(wrong)).toBe(403)
      expect(await attempt(defaultPassword)).toBe(200)
    }
  })
})
