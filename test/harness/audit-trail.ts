/** What the audit trail has of somebody, as GET /audit-events answers it but for the ids and the times, and what it should have. */
import { decodeJwt } from 'jose'
import type { AuditEvent, AuditEventList } from '../../generated/api.ts'
import { type Call, jsonOf } from './call.ts'
import type { Somebody } from './somebody.ts'

export type Trace = Partial<AuditEvent>

const address = '127.0.0.1'

export function sessionOf(token: string): string {
  return String(decodeJwt(token).sid)
}

export function byHimself(kind: AuditEvent['kind'], { userId }: Pick<Somebody, 'userId'>): Trace {
  return { kind, origin: 'http', user_id: userId, address }
}

/** An event that names the session and the client too. */
export function inSession(kind: AuditEvent['kind'], who: Somebody): Trace {
  return { ...byHimself(kind, who), client_id: 'tessera', session_id: sessionOf(who.token) }
}

/** The oldest first. */
export async function tracesOf(admin: Call, userId: string): Promise<Trace[]> {
  const { items } = await jsonOf<AuditEventList>(admin('GET', `/audit-events?user_id=${userId}`))
  return items.reverse().map(({ event_id: _id, created_at: _at, ...trace }) => trace)
}
