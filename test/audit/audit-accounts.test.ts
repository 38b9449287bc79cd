/** The audit events of account changes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditEvent, AuditEventList, User } from '../../generated/api.ts'
import { defaultPassword } from '../harness/accounts.ts'
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

let server: TestServer
let admin: Call
let adminId: string
let adminToken: string
beforeAll(async () => {
  server = await testServer({ settings: { LOGIN_MAX_FAILURES: '1', REGISTRATION: 'open' } })
  adminToken = await server.token(administrator)
  admin = callAs(server, adminToken)
  adminId = (await jsonOf<User>(admin('GET', '/users/me'))).user_id
})
afterAll(() => server.stop())

const current_password = defaultPassword

interface Case {
  readonly what: string
  readonly act: (who: TestUser) => Promise<unknown>
  /** All events of the user after their login. */
  readonly events: (who: TestUser) => readonly AuditEntry[]
}

/** The session and the client are those of the administrator. */
function byAdmin(kind: AuditEvent['kind'], who: TestUser): AuditEntry {
  const session = { client_id: 'tessera', session_id: sessionOf(adminToken) }
  return { ...byUser(kind, who), actor_id: adminId, ...session }
}

const cases: readonly Case[] = [
  {
    what: 'a changed password',
    act: ({ call }) => {
      const new_password = 'a password that is long enough'
      return call('PUT', '/users/me/password', { current_password, new_password })
    },
    events: (who) => [
      inSession('password_changed', who),
      {
        ...inSession('login', who),
        session_id: expect.not.stringMatching(sessionOf(who.token)),
        detail: 'password changed',
      },
    ],
  },
  {
    what: 'a change by the owner',
    act: ({ call }) => call('PATCH', '/users/me', { full_name: 'x' }),
    events: (who) => [{ ...inSession('user_updated', who), detail: 'full_name' }],
  },
  {
    what: 'a deletion by the owner',
    act: ({ call }) => call('POST', '/users/me/deletion', { current_password }),
    events: (who) => [inSession('user_deleted', who)],
  },
  {
    what: 'changes by an administrator',
    act: async ({ path }) => {
      await admin('PATCH', path, { full_name: 'x', email: 'x@example.com' })
      for (const disabled of [true, false]) await admin('PATCH', path, { disabled })
      await admin('DELETE', path)
    },
    events: (who) => [
      { ...byAdmin('user_updated', who), detail: 'email full_name' },
      byAdmin('user_disabled', who),
      byAdmin('user_enabled', who),
      byAdmin('user_deleted', who),
    ],
  },
]

describe('the audit trail', () => {
  it.each(cases)('records a login and $what, once each [J3]', async ({ act, events }) => {
    const who = await testUser(server)
    await act(who)
    const expected = [inSession('login', who), ...events(who)]
    expect(await auditTrailOf(admin, who.userId)).toEqual(expected)
  })

  it('names no actor if administrators change their own accounts [J3]', async () => {
    await admin('PATCH', `/users/${adminId}`, { full_name: 'Ada' })
    const own = byUser('user_updated', { userId: adminId })
    const session = { client_id: 'tessera', session_id: sessionOf(adminToken) }
    const traces = await auditTrailOf(admin, adminId)
    expect(traces.filter(({ user_id }) => user_id === adminId).at(-1)).toEqual({
      ...own,
      ...session,
      detail: 'full_name',
    })
  })

  it('records a registration, and the first throttled one of a network [J3]', async () => {
    const before = new Date(server.services.now()).toISOString()
    const register = (username: string) =>
      callAs(server)('POST', '/users', { username, password: 'correct horse battery staple' })
    const { user_id } = await jsonOf<User>(register('newcomer'))
    for (const username of ['second', 'third']) await register(username)
    const registered = byUser('user_registered', { userId: user_id })
    expect(await auditTrailOf(admin, user_id)).toEqual([registered])
    const throttled = admin('GET', `/audit-events?kind=registration_throttled&since=${before}`)
    const { items } = await jsonOf<AuditEventList>(throttled)
    expect(items).toMatchObject([{ origin: 'http', address: '127.0.0.1' }])
    const [event] = items
    expect(Date.parse(event?.created_at ?? '')).toBeGreaterThanOrEqual(Date.parse(before))
  })
})
