/** GET /audit-events: what has happened, the newest first. */
import type { AuditEvent } from '../../../generated/api.ts'
import type { Services } from '../../services.ts'
import type { AuditEventRow } from '../../store/audit-events.ts'
import { type Handler, noStore } from '../handler.ts'
import { readPage } from '../pages.ts'

export const listAuditEvents =
  ({ store, cursorKey }: Services): Handler<'listAuditEvents'> =>
  async ({ query }, respond) => {
    const { user_id: userId, kind, since, until } = query
    const filters = { userId, kind, since: momentOf(since), until: momentOf(until) }
    const { rows, next } = await readPage(
      { key: cursorKey, operation: 'listAuditEvents', of: [JSON.stringify(filters)] },
      query,
      ([before] = [], limit) => store.auditEvents.list({ ...filters, before, limit }),
      ({ eventId }) => [eventId],
    )
    const items = rows.map(eventBody)
    return respond[200]({ headers: noStore, body: { items, ...(next && { next }) } })
  }

/** In milliseconds since 1970. RFC 3339 has leap seconds, `Date` has none: they are the second that follows. */
function momentOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const plain = text.replace(/^(.{17})60/, (_, minute: string) => `${minute}59`)
  return Date.parse(plain) + (plain === text ? 0 : 1000)
}

export function eventBody(event: AuditEventRow): AuditEvent {
  const { userId, actorId, clientId, sessionId, address, detail } = event
  return {
    event_id: event.eventId,
    kind: event.kind,
    origin: event.origin,
    ...(userId && { user_id: userId }),
    ...(actorId && { actor_id: actorId }),
    ...(clientId && { client_id: clientId }),
    ...(sessionId && { session_id: sessionId }),
    ...(address && { address }),
    ...(detail && { detail }),
    created_at: new Date(event.createdAt).toISOString(),
  }
}
