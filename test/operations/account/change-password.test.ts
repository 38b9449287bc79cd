import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SessionList, TokenResponse } from '../../../generated/api.ts'
import { firstPartyClient } from '../../../src/oauth/clients.ts'
import { grantTypes } from '../../../src/oauth/grants.ts'
import { defaultPassword } from '../../harness/accounts.ts'
import { sessionOf } from '../../harness/audit-trail.ts'
import { callAs, jsonOf } from '../../harness/call.ts'
import {
  expectInvalidToken,
  expectOAuthError,
  expectProblem,
} from '../../harness/error-responses.ts'
import { refresh, tokens } from '../../harness/refreshing.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { eventsOf, testUser } from '../../harness/test-user.ts'
import { loginPair } from '../../harness/token-request.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const place = '/users/me/password'
const next = 'a password that is long enough'
const changeTo = (new_password: string) => ({ current_password: defaultPassword, new_password })

describe('PUT /users/me/password returns 200', () => {
  it('ends every session of the account, the current one too, and begins one [I4, D7, F8, J3]', async () => {
    const { userId, call, token, login, refreshToken } = await testUser(server)
    const neighbor = await testUser(server)
    const other = await loginPair(server, login)
    const changed = await call('PUT', place, changeTo(next))
    expect(changed.headers.get('cache-control')).toBe('no-store')
    const fresh = await tokens(Promise.resolve(changed))
    for (const ended of [token, other.access])
      await expectInvalidToken(server, await server.get('/users/me', ended))
    for (const ended of [refreshToken, other.refresh])
      await expectOAuthError(await refresh(server, ended), 400, 'invalid_grant')
    expect((await neighbor.call('GET', '/users/me')).status).toBe(200)
    const list = callAs(server, fresh.access_token)('GET', '/users/me/sessions')
    expect((await jsonOf<SessionList>(list)).items).toMatchObject([{ current: true }])
    await tokens(refresh(server, fresh.refresh_token))
    await expectOAuthError(await server.login(login), 401, 'invalid_grant')
    expect((await server.login({ ...login, password: next })).status).toBe(200)
    const sessions = [token, fresh.access_token].map(sessionOf)
    expect((await eventsOf(server, userId)).slice(2, 4)).toMatchObject([
      { kind: 'password_changed', sessionId: sessions[0] },
      { kind: 'login', sessionId: sessions[1], detail: 'password changed' },
    ])
  })

  it('the new session has the client and the scopes of the token', async () => {
    const { login } = await testUser(server)
    await server.services.store.clients.add({
      ...firstPartyClient,
      clientId: 'once',
      grants: ['password'],
    })
    const named = { client_id: 'once', scope: 'me:write items:read' }
    const call = callAs(server, await server.token({ ...login, ...named }))
    const fresh = await jsonOf<TokenResponse>(call('PUT', place, changeTo(next)))
    expect(fresh).toEqual({
      access_token: expect.any(String),
      token_type: 'bearer',
      expires_in: 1800,
      scope: named.scope,
    })
    expect(decodeJwt(fresh.access_token)).toMatchObject({
      client_id: 'once',
      scope: named.scope,
    })
  })

  it('changes nothing if no token can be issued, or if its client is changed meanwhile [C8]', async () => {
    const { call, login } = await testUser(server)
    const { accessTokens, store } = server.services
    const { issue } = accessTokens
    accessTokens.issue = () => Promise.reject(new Error('no key to sign with'))
    await expectProblem(await call('PUT', place, changeTo(next)), 500, 'server_error')
    accessTokens.issue = issue
    const clientId = 'changing'
    const client = { ...firstPartyClient, clientId, grants: grantTypes }
    await store.clients.add(client)
    const token = await server.token({ ...login, client_id: clientId })
    const { byId } = store.clients
    store.clients.byId = async () => ({ ...client, grants: ['password'] })
    const busy = await callAs(server, token)('PUT', place, changeTo(next))
    store.clients.byId = byId
    await expectProblem(busy, 503, 'temporarily_unavailable')
    expect((await call('GET', '/users/me')).status).toBe(200)
    expect((await server.login(login)).status).toBe(200)
  })

  it('accepts 64 emoji, and distinguishes passwords with the same beginning [I1, I2]', async () => {
    const { call, login } = await testUser(server)
    const emoji = '🦊'.repeat(64)
    expect((await call('PUT', place, changeTo(emoji))).status).toBe(200)
    expect((await server.login({ ...login, password: emoji })).status).toBe(200)
    const other = `${'🦊'.repeat(63)}🐺`
    await expectOAuthError(await server.login({ ...login, password: other }), 401, 'invalid_grant')
  })
})

describe('PUT /users/me/password returns 400', () => {
  it('for no password [I4]', async () => {
    const { call } = await testUser(server)
    await expectProblem(await call('PUT', place, changeTo('')), 400, 'invalid_request')
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
    ['very short', 'seven77', /at least 15 characters/],
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
