/** The response body for an event of the audit trail. */
import type { AuditEvent } from '../../generated/api.ts'
import type { AuditEventRow } from '../store/audit-events.ts'

export function eventBody(event: AuditEventRow): AuditEvent {
  const { userId, actorId, clientId, sessionId, address, userAgent, detail } = event
  return {
    event_id: event.eventId,
    kind: event.kind,
    origin: event.origin,
    ...(userId && { user_id: userId }),
    ...(actorId && { actor_id: actorId }),
    ...(clientId && { client_id: clientId }),
    ...(sessionId && { session_id: sessionId }),
    ...(address && { address }),
    ...(userAgent && { user_agent: userAgent }),
    ...(detail && { detail }),
    count: event.count,
    created_at: new Date(event.createdAt).toISOString(),
  }
}
