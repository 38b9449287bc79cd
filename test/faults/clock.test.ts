/** The clock of the server is set back by an hour. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { expectInvalidToken, expectOAuthError } from '../harness/error-responses.ts'
import { tokens } from '../harness/refreshing.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { loginPair, postForm } from '../harness/token-request.ts'

const second = 1_000
const hour = 3_600 * second

let server: TestServer
beforeEach(async () => {
  server = await testServer({ settings: { LOGIN_MAX_FAILURES: '2' } })
})
afterEach(() => server.stop())

const refresh = (token: string) =>
  postForm(server, '/token', { grant_type: 'refresh_token', refresh_token: token })
const revoke = (token: string) => postForm(server, '/revoke', { token })

describe('a server whose clock is set back', () => {
  it('rejects access tokens from the future, and accepts their refresh tokens [E3]', async () => {
    const { access, refresh: token } = await loginPair(server)
    server.advance(-hour)
    await expectInvalidToken(server, await server.get('/users/me', access))
    const renewed = await refresh(token)
    expect(renewed.status).toBe(200)
    const { access_token } = (await renewed.json()) as { access_token: string }
    expect((await server.get('/users/me', access_token)).status).toBe(200)
  })

  it('accepts logins', async () => {
    server.advance(-hour)
    expect((await server.get('/users/me', await server.token())).status).toBe(200)
  })

  it('rejects a revoked token whose revocation was purged as expired [G2]', async () => {
    const { access } = await loginPair(server)
    expect((await revoke(access)).status).toBe(200)
    server.advance(hour)
    await server.services.store.sessions.purge(server.services.now(), 0)
    server.advance(-hour)
    await expectInvalidToken(server, await server.get('/users/me', access))
  })

  it('revives no session [G1]', async () => {
    const { access, refresh: token } = await loginPair(server)
    expect((await revoke(token)).status).toBe(200)
    server.advance(-hour)
    await expectInvalidToken(server, await server.get('/users/me', access))
    await expectOAuthError(await refresh(token), 400, 'invalid_grant')
  })

  it('starts no second grace period: a repeated refresh gets a different successor [F3]', async () => {
    const { refresh: token } = await loginPair(server)
    const first = await tokens(refresh(token))
    server.advance(11 * second - hour)
    const next = await tokens(refresh(token))
    expect(next.refresh_token).not.toBe(first.refresh_token)
    await expectOAuthError(await refresh(first.refresh_token), 400, 'invalid_grant')
  })

  it('rejects throttled logins until the end of the window [H1]', async () => {
    const guess = (password: string) => server.login({ password })
    for (const password of ['guess 1', 'guess 2']) expect((await guess(password)).status).toBe(401)
    expect((await server.login()).status).toBe(429)
    server.advance(-hour)
    expect((await server.login()).status).toBe(429)
    server.advance(2 * hour)
    expect((await server.login()).status).toBe(200)
  })
})
