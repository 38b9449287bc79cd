/** The audit events of logins and sessions. Accounts: audit-accounts.test.ts; the command line: test/commands. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditEventList, TokenResponse } from '../../generated/api.ts'
import {
  type AuditEntry,
  auditTrailOf,
  byUser,
  inSession,
  sessionOf,
} from '../harness/audit-trail.ts'
import { type Call, callAs, jsonOf } from '../harness/call.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { administrator, type TestUser, testUser } from '../harness/test-user.ts'
import { postForm } from '../harness/token-request.ts'

let server: TestServer
let admin: Call
beforeAll(async () => {
  server = await testServer({ settings: { LOGIN_MAX_FAILURES: '1', REFRESH_GRACE_SECONDS: '0' } })
  admin = callAs(server, await server.token(administrator))
})
afterAll(() => server.stop())

const client_id = 'tessera'

interface Case {
  readonly what: string
  readonly act: (who: TestUser) => Promise<unknown>
  /** All events of the user after their login. */
  readonly events: (who: TestUser) => readonly AuditEntry[]
}

const cases: readonly Case[] = [
  {
    what: 'a failed login, and the first that is throttled',
    act: async ({ username }) => {
      for (const password of ['one', 'two', 'three']) await server.login({ username, password })
    },
    events: (who) => [
      { ...byUser('login_failed', who), client_id, detail: 'wrong password' },
      { ...byUser('login_throttled', who), client_id },
    ],
  },
  {
    what: 'a wrong current password, and the first that is throttled',
    act: async ({ call }) => {
      for (const wrong of ['one', 'two', 'three'])
        await call('POST', '/users/me/deletion', { current_password: wrong })
    },
    events: (who) => [
      { ...inSession('login_failed', who), detail: 'wrong current password' },
      inSession('login_throttled', who),
    ],
  },
  {
    what: 'a refresh token used twice, and its replaced successor',
    act: async ({ refreshToken }) => {
      const refresh = (refresh_token: string) =>
        jsonOf<TokenResponse>(server.login({ grant_type: 'refresh_token', refresh_token }))
      const { refresh_token: replaced = '' } = await refresh(refreshToken)
      await refresh(refreshToken)
      for (const _time of [1, 2]) await refresh(replaced)
    },
    events: (who) => [
      {
        ...inSession('refresh_repeated', who),
        user_agent: 'node',
        detail: 'replaced the successor',
      },
      { ...inSession('refresh_reused', who), user_agent: 'node' },
    ],
  },
  {
    what: 'a revoked access token',
    act: async ({ token }) => {
      for (const _time of [1, 2]) await postForm(server, '/revoke', { token })
    },
    events: (who) => [inSession('token_revoked', who)],
  },
  {
    what: 'a revoked refresh token',
    act: async ({ refreshToken: token }) => {
      for (const _time of [1, 2]) await postForm(server, '/revoke', { token })
    },
    events: (who) => [inSession('token_revoked', who)],
  },
  {
    what: 'a session that its user ends',
    act: ({ call, token }) => call('DELETE', `/users/me/sessions/${sessionOf(token)}`),
    events: (who) => [inSession('session_ended', who)],
  },
  {
    what: 'all sessions ended',
    act: ({ call }) => call('DELETE', '/users/me/sessions'),
    events: (who) => [{ ...inSession('session_ended', who), detail: 'all' }],
  },
  {
    what: 'a token without the scope',
    act: ({ call }) => call('GET', '/users'),
    events: (who) => [{ ...inSession('access_denied', who), detail: 'lacks users:read' }],
  },
]

describe('the audit trail', () => {
  it.each(cases)('records a login and $what, once each [J3]', async ({ act, events }) => {
    const who = await testUser(server)
    await act(who)
    await server.services.audit.flush()
    const expected = [inSession('login', who), ...events(who)]
    expect(await auditTrailOf(admin, who.userId)).toEqual(expected)
  })

  it('records a right password of a disabled account [J3]', async () => {
    await server.login({ username: 'alice', password: 'password456' })
    await server.services.audit.flush()
    const { userId = '' } = (await server.services.store.users.byName('alice')) ?? {}
    expect(await auditTrailOf(admin, userId)).toEqual([
      { ...byUser('login_failed', { userId }), client_id, detail: 'disabled' },
    ])
  })

  it('records a login with an unknown name, without the name [J3]', async () => {
    await server.login({ username: 'nobody' })
    const failed = admin('GET', '/audit-events?kind=login_failed&limit=1')
    const { items } = await jsonOf<AuditEventList>(failed)
    const { user_id: _nobody, ...trace } = byUser('login_failed', { userId: '' })
    expect(items).toEqual([
      {
        ...trace,
        client_id,
        detail: 'unknown user',
        event_id: expect.any(String),
        created_at: expect.any(String),
      },
    ])
  })
})
