/** The properties of a new session, and refreshes at the limits of its lifetime. */
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firstPartyClient } from '../../src/oauth/clients.ts'
import { refreshGrant } from '../../src/oauth/refresh-grant.ts'
import type { SessionRow } from '../../src/store/session-row.ts'
import { addAccount, changeAccount, defaultPassword } from '../harness/accounts.ts'
import { sessionOf } from '../harness/audit-trail.ts'
import { callAs } from '../harness/call.ts'
import { rawRequest } from '../harness/raw-request.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { eventsOf, kindsOf, testUser } from '../harness/test-user.ts'
import { formType, postForm, postToken, validForm } from '../harness/token-request.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

/** The newest session of an account. */
async function newestOf(userId: string): Promise<SessionRow> {
  const { store, now } = server.services
  const [session] = await store.sessions.page(userId, now(), undefined, 1)
  if (!session) throw new Error('no session')
  return session
}

/** Refreshes at a time in milliseconds since 1970. */
const refreshAt = (now: number, refresh_token: string) =>
  refreshGrant(
    { ...server.services, now: () => now },
    firstPartyClient,
    { refresh_token },
    new IncomingMessage(new Socket()),
  )
const refresh = (refresh_token: string) => refreshAt(server.services.now(), refresh_token)

describe('a session', () => {
  it('lasts as long as the settings say if its client may refresh [F7]', async () => {
    const session = await newestOf((await testUser(server)).userId)
    const { refreshIdleMs, refreshMaxMs } = server.services.config
    expect(session).toMatchObject({
      sessionId: expect.stringMatching(/^s_[\w-]{22}$/),
      lastUsedAt: session.createdAt,
      expiresAt: session.createdAt + refreshMaxMs,
      idleExpiresAt: session.createdAt + refreshIdleMs,
      endedAt: undefined,
    })
  })

  it('ends the oldest ones of the account if there are more than MAX_SESSIONS_PER_ACCOUNT [H9]', async () => {
    const limited = await testServer({ settings: { MAX_SESSIONS_PER_ACCOUNT: '3' } })
    const { token: other } = await testUser(limited)
    const tokens: string[] = []
    for (let login = 0; login < 5; login++) {
      tokens.push(await limited.token())
      limited.advance(1)
    }
    const statuses = [other, ...tokens].map(
      async (token) => (await callAs(limited, token)('GET', '/users/me')).status,
    )
    expect(await Promise.all(statuses)).toEqual([200, 401, 401, 200, 200, 200])
    await limited.stop()
  })

  it('stores the first 300 characters of User-Agent, if sent', async () => {
    const headers = { ...formType, 'user-agent': 'x'.repeat(400) }
    await postToken(server, validForm, headers)
    const { userId } = (await server.services.store.users.byName('johndoe')) ?? { userId: '' }
    expect((await newestOf(userId)).userAgent).toBe('x'.repeat(300))
    server.advance(1)
    const request = { method: 'POST', headers: formType, body: validForm }
    expect((await rawRequest(`${server.url}/token`, request)).status).toBe(200)
    expect((await newestOf(userId)).userAgent).toBeUndefined()
  })

  it('lasts a minute longer than its only token if its client may not refresh', async () => {
    const client_id = 'once'
    await server.services.store.clients.add({
      ...firstPartyClient,
      clientId: client_id,
      grants: ['password'],
    })
    const userId = await addAccount(server, { username: client_id })
    await server.token({ username: client_id, password: defaultPassword, client_id })
    const session = await newestOf(userId)
    expect(session).toMatchObject({
      expiresAt: session.createdAt + 1_860_000,
      idleExpiresAt: session.createdAt + 1_860_000,
      refresh: undefined,
    })
  })
})

describe('the refresh of a session', () => {
  it('grants no scope that the account has lost since the login [F5]', async () => {
    const { username, refreshToken } = await testUser(server, ['me:read', 'items:read'])
    await changeAccount(server, username, { scopes: ['items:read'] })
    expect((await refresh(refreshToken)).scopes).toEqual(['items:read'])
  })

  it('is rejected from the millisecond on in which the session was idle for too long [F6]', async () => {
    const { userId, refreshToken } = await testUser(server)
    const { idleExpiresAt } = await newestOf(userId)
    const late = refreshAt(idleExpiresAt, refreshToken)
    await expect(late).rejects.toThrow('The session has ended')
    await expect(refreshAt(idleExpiresAt - 1, refreshToken)).resolves.toBeTruthy()
  })

  it('is rejected from the millisecond on in which the session is too old [F6]', async () => {
    const { userId, refreshToken } = await testUser(server)
    const { expiresAt, createdAt } = await newestOf(userId)
    let token = refreshToken
    const step = server.services.config.refreshIdleMs - 1
    for (let now = createdAt + step; now < expiresAt; now += step)
      token = (await refreshAt(now, token)).refreshToken ?? ''
    await expect(refreshAt(expiresAt, token)).rejects.toThrow('The session has ended')
    await expect(refreshAt(expiresAt - 1, token)).resolves.toBeTruthy()
  })

  it('is not reuse if the session has ended [F6]', async () => {
    const { userId, token, refreshToken } = await testUser(server)
    await postForm(server, '/revoke', { token: refreshToken })
    await expect(refresh(refreshToken)).rejects.toThrow('The session has ended')
    expect(await kindsOf(server, userId)).toEqual(['login', 'token_revoked'])
    expect((await server.get('/users/me', token)).status).toBe(401)
  })

  it('records reuse with its account, client and session [F2, J3]', async () => {
    const { userId, token, refreshToken } = await testUser(server)
    const { refreshToken: next = '' } = await refresh(refreshToken)
    await refresh(next)
    await expect(refresh(refreshToken)).rejects.toThrow(
      'has already been used: the session has ended',
    )
    expect((await eventsOf(server, userId)).at(-1)).toMatchObject({
      kind: 'refresh_reused',
      userId,
      clientId: 'tessera',
      sessionId: sessionOf(token),
    })
  })

  it('is logged with its user', async () => {
    const { userId, refreshToken } = await testUser(server)
    const before = server.log().length
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken }
    expect((await postForm(server, '/token', form)).status).toBe(200)
    await expect.poll(() => server.log().slice(before)).toContain(`"userId":"${userId}"`)
  })
})
