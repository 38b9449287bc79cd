import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  addAccount,
  changeAccount,
  defaultPassword,
  removeAccount,
} from '../../harness/accounts.ts'
import { callAs, jsonOf } from '../../harness/call.ts'
import {
  expectInvalidToken,
  expectOAuthError,
  expectProblem,
} from '../../harness/error-responses.ts'
import { afterHashing } from '../../harness/hashes.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { administrator, kindsOf, testUser } from '../../harness/test-user.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const body = { current_password: defaultPassword }
const place = '/users/me'
const etagOf = (response: Response) => response.headers.get('etag') ?? ''

describe('POST /users/me/deletion returns 204', () => {
  it('and deletes the account with its tokens [D7, F8, J3]', async () => {
    const { userId, call, refreshToken, login } = await testUser(server)
    const neighbor = await testUser(server)
    expect((await call('POST', `${place}/deletion`, body)).status).toBe(204)
    await expectInvalidToken(server, await call('GET', place))
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken }
    await expectOAuthError(await server.login(form), 400, 'invalid_grant')
    await expectOAuthError(await server.login(login), 401, 'invalid_grant')
    expect((await kindsOf(server, userId)).filter((kind) => kind === 'user_deleted')).toHaveLength(
      1,
    )
    expect((await neighbor.call('GET', place)).status).toBe(200)
  })

  it('for the current ETag', async () => {
    const { call } = await testUser(server)
    const headers = { 'if-match': etagOf(await call('GET', place)) }
    expect((await call('POST', `${place}/deletion`, body, headers)).status).toBe(204)
  })
})

describe('POST /users/me/deletion returns 204 if there is no administrator', () => {
  it('for any account', async () => {
    const alone = await testServer({ empty: true })
    const { call } = await testUser(alone)
    expect((await call('POST', `${place}/deletion`, body)).status).toBe(204)
    await alone.stop()
  })
})

describe('DELETE /users/me', () => {
  it('is 405: some proxies drop the body of a DELETE [I4]', async () => {
    const { call } = await testUser(server)
    expect((await call('DELETE', place, body)).status).toBe(405)
    expect((await call('GET', place)).status).toBe(200)
  })
})

describe('POST /users/me/deletion returns 401', () => {
  it('for an account that was deleted during the request [D7]', async () => {
    const { username, call } = await testUser(server)
    afterHashing(server, () => removeAccount(server, username))
    await expectInvalidToken(server, await call('POST', `${place}/deletion`, body))
  })
})

describe('POST /users/me/deletion returns 409', () => {
  it('for the last administrator', async () => {
    const alone = await testServer()
    const call = callAs(alone, await alone.token(administrator))
    const refused = await call('POST', `${place}/deletion`, {
      current_password: administrator.password,
    })
    await expectProblem(refused, 409, 'last_administrator')
    expect((await call('GET', place)).status).toBe(200)
    await alone.stop()
  })
})

describe('POST /users/me/deletion returns 409', () => {
  it('if all other administrators can neither log in nor reset their password [K77, K80]', async () => {
    const alone = await testServer()
    const call = callAs(alone, await alone.token(administrator))
    const scopes = ['users:write']
    await addAccount(alone, { username: 'invited', passwordHash: '', scopes, email: 'a@b.example' })
    const leave = () =>
      call('POST', `${place}/deletion`, { current_password: administrator.password })
    await expectProblem(await leave(), 409, 'last_administrator')
    await changeAccount(alone, 'invited', { emailVerified: true })
    expect((await leave()).status).toBe(204)
    await alone.stop()
  })
})

describe('POST /users/me/deletion returns 412', () => {
  it('for a stale ETag, before the password is checked', async () => {
    const { userId, call } = await testUser(server)
    const headers = { 'if-match': etagOf(await call('GET', place)) }
    await call('PATCH', place, { full_name: 'Meanwhile' })
    for (const current_password of [defaultPassword, 'a wrong one']) {
      const stale = await call('POST', `${place}/deletion`, { current_password }, headers)
      await expectProblem(stale, 412, 'precondition_failed')
    }
    expect(await jsonOf(call('GET', place))).toMatchObject({ full_name: 'Meanwhile' })
    expect(await kindsOf(server, userId)).not.toContain('login_failed')
  })

  it('for an ETag that became stale while the password was verified', async () => {
    const { call } = await testUser(server)
    const headers = { 'if-match': etagOf(await call('GET', place)) }
    afterHashing(server, () => call('PATCH', place, { full_name: 'Meanwhile' }))
    await expectProblem(
      await call('POST', `${place}/deletion`, body, headers),
      412,
      'precondition_failed',
    )
    expect((await call('GET', place)).status).toBe(200)
  })
})
