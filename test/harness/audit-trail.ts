/** The audit trail of a user as GET /audit-events returns it, without ids and times, and the expected entries. */
import { decodeJwt } from 'jose'
import type { AuditEvent, AuditEventList } from '../../generated/api.ts'
import { type Call, jsonOf } from './call.ts'
import type { TestUser } from './test-user.ts'

export type AuditEntry = Partial<AuditEvent>

const address = '127.0.0.1'

export function sessionOf(token: string): string {
  return String(decodeJwt(token).sid)
}

export function byUser(kind: AuditEvent['kind'], { userId }: Pick<TestUser, 'userId'>): AuditEntry {
  return { kind, origin: 'http', user_id: userId, address, count: 1 }
}

/** An event with session and client. */
export function inSession(kind: AuditEvent['kind'], who: TestUser): AuditEntry {
  // That of Node's fetch.
  const agent = kind === 'login' ? { user_agent: 'node' } : {}
  const session = { client_id: 'tessera', session_id: sessionOf(who.token) }
  return { ...byUser(kind, who), ...session, ...agent }
}

/** Oldest first. */
export async function auditTrailOf(admin: Call, userId: string): Promise<AuditEntry[]> {
  const { items } = await jsonOf<AuditEventList>(admin('GET', `/audit-events?user_id=${userId}`))
  return items.reverse().map(({ event_id: _id, created_at: _at, ...trace }) => trace)
}
