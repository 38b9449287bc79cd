/** The audit trail of logins, sessions and administration (OWASP ASVS 5.0 §16.3). It never contains a secret. */
import type { AuditEvent } from '../../generated/api.ts'
import type { AuditEventRow, AuditEvents } from '../store/audit-events.ts'
import { eventIds } from '../store/event-ids.ts'
import type { UnixMs } from '../store/schema.ts'
import { createCountedEvents } from './counted-events.ts'

export type AuditKind = AuditEvent['kind']

/** The details of an event, as far as they are known. The event omits `actorId` if it is the account that it concerns. */
export type About = Partial<
  Omit<AuditEventRow, 'eventId' | 'kind' | 'origin' | 'count' | 'createdAt'>
>

export type Audit = ReturnType<typeof createAudit>

export function createAudit(events: Pick<AuditEvents, 'append'>, now: () => UnixMs) {
  const newEventId = eventIds()
  const event = (kind: AuditKind, about: About) =>
    auditEvent('http', kind, about, now(), newEventId)
  const counted = createCountedEvents((records) =>
    events.append(...records.map(({ kind, about, count }) => ({ ...event(kind, about), count }))),
  )
  return {
    /** Returns an event for the transaction of the change that it describes. */
    event,
    /** Counts an event without a change that a caller can repeat without limit: a refusal. Written within a minute, with like ones. */
    count: counted.add,
    /** Writes what is counted. */
    flush: counted.flush,
  }
}

const commandEventId = eventIds()

export function commandEvent(kind: AuditKind, about: About): AuditEventRow {
  return auditEvent('command_line', kind, about, Date.now())
}

export function auditEvent(
  origin: AuditEvent['origin'],
  kind: AuditKind,
  { userId, actorId, clientId, sessionId, address, userAgent, detail }: About,
  now: UnixMs,
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
    userAgent,
    detail,
    count: 1,
    createdAt: now,
  }
}
