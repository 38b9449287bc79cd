import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultPassword } from '../../harness/accounts.ts'
import {
  expectInvalidToken,
  expectOAuthError,
  expectProblem,
} from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { kindsOf, testUser } from '../../harness/test-user.ts'
import { loginPair } from '../../harness/token-request.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const place = '/users/me/password'
const next = 'a password that is long enough'
const changeTo = (new_password: string) => ({ current_password: defaultPassword, new_password })

describe('PUT /users/me/password returns 204', () => {
  it('ends every other session of the account and keeps the current one [I4, D7, F8, J3]', async () => {
    const { userId, call, login, refreshToken } = await testUser(server)
    const neighbor = await testUser(server)
    const other = await loginPair(server, login)
    expect((await call('PUT', place, changeTo(next))).status).toBe(204)
    expect((await call('GET', '/users/me')).status).toBe(200)
    expect((await neighbor.call('GET', '/users/me')).status).toBe(200)
    await expectInvalidToken(server, await server.get('/users/me', other.access))
    const refresh = (refresh_token: string) =>
      server.login({ grant_type: 'refresh_token', refresh_token })
    await expectOAuthError(await refresh(other.refresh), 400, 'invalid_grant')
    expect((await refresh(refreshToken)).status).toBe(200)
    await expectOAuthError(await server.login(login), 401, 'invalid_grant')
    expect((await server.login({ ...login, password: next })).status).toBe(200)
    const kinds = await kindsOf(server, userId)
    expect(kinds.filter((kind) => kind === 'password_changed')).toHaveLength(1)
  })

  it('accepts 64 emoji, and distinguishes passwords with the same beginning [I1, I2]', async () => {
    const { call, login } = await testUser(server)
    const emoji = '🦊'.repeat(64)
    expect((await call('PUT', place, changeTo(emoji))).status).toBe(204)
    expect((await server.login({ ...login, password: emoji })).status).toBe(200)
    const other = `${'🦊'.repeat(63)}🐺`
    await expectOAuthError(await server.login({ ...login, password: other }), 401, 'invalid_grant')
  })
})

describe('PUT /users/me/password returns 400', () => {
  it('for fewer than eight characters [I4]', async () => {
    const { call } = await testUser(server)
    await expectProblem(await call('PUT', place, changeTo('seven77')), 400, 'invalid_request')
  })
})

describe('PUT /users/me/password returns 403', () => {
  it('for a wrong current password, whatever the new one is, and changes nothing [I4]', async () => {
    const { call, login } = await testUser(server)
    for (const new_password of [next, 'passwordpassword']) {
      const body = { current_password: 'a wrong one', new_password }
      await expectProblem(await call('PUT', place, body), 403, 'wrong_password')
    }
    expect((await server.login(login)).status).toBe(200)
  })
})

describe('PUT /users/me/password returns 422', () => {
  it.each([
    ['too short', 'fourteen chars', /at least 15 characters/],
    ['common', 'passwordpassword', /easy to guess: avoid common passwords/],
    ['too long in bytes', 'ä'.repeat(600), /at most 1024 bytes/],
  ])('with the reason for a password that is %s [I1, I4]', async (_what, password, reason) => {
    const { call } = await testUser(server)
    const { detail } = await expectProblem(
      await call('PUT', place, changeTo(password)),
      422,
      'password_refused',
    )
    expect(detail).toMatch(reason)
  })

  it('for the name of the account [I1]', async () => {
    const { username, call } = await testUser(server)
    const refused = await call('PUT', place, changeTo(username.repeat(2)))
    const { detail } = await expectProblem(refused, 422, 'password_refused')
    expect(detail).toMatch(/easy to guess: .* the name of the account/)
  })
})
