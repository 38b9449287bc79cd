/** What is worth remembering of logins, sessions and administration (OWASP ASVS 5.0 §16.3). No secret is ever in it. */
import type { AuditEvent } from '../../generated/api.ts'
import type { AuditEventRow, AuditEvents } from '../store/audit-events.ts'
import { eventIds } from '../store/event-ids.ts'

export type AuditKind = AuditEvent['kind']

/** What an event is about; all of it may be unknown. */
export interface About {
  /** Whom it has happened to. */
  readonly userId?: string | undefined
  /** Who did it; left out of the event where it is the same. */
  readonly actorId?: string | undefined
  readonly clientId?: string | undefined
  readonly sessionId?: string | undefined
  readonly address?: string | undefined
  /** For people. Nothing that somebody typed. */
  readonly detail?: string | undefined
}

export interface Audit {
  /** An event to be written in the transaction of the change that it tells of. */
  event(kind: AuditKind, about: About): AuditEventRow
  /** Writes an event that tells of no change: a refusal. */
  record(kind: AuditKind, about: About): Promise<void>
}

/** `now` in milliseconds since 1970. */
export function createAudit(events: Pick<AuditEvents, 'append'>, now: () => number): Audit {
  const newEventId = eventIds()
  const event = (kind: AuditKind, about: About) =>
    auditEvent('http', kind, about, now(), newEventId)
  return { event, record: (kind, about) => events.append(event(kind, about)) }
}

const commandEventId = eventIds()

export function auditEvent(
  origin: AuditEvent['origin'],
  kind: AuditKind,
  { userId, actorId, clientId, sessionId, address, detail }: About,
  now: number,
  newEventId = commandEventId,
): AuditEventRow {
  return {
    eventId: newEventId(now),
    kind,
    origin,
    userId,
    actorId: actorId === userId ? undefined : actorId,
    clientId,
    sessionId,
    address,
    detail,
    createdAt: now,
  }
}
