/** GET /audit-events: the audit trail, newest first. */
import { eventBody } from '../../audit/event-body.ts'
import type { Services } from '../../services.ts'
import type { UnixMs } from '../../store/schema.ts'
import { type Handler, noStore } from '../handler.ts'
import { readPage } from '../pages.ts'

export const listAuditEvents =
  ({ store, cursorKey }: Services): Handler<'listAuditEvents'> =>
  async ({ query }, respond, refuse) => {
    const { user_id: userId, kind, since, until } = query
    const filters = { userId, kind, since: unixMsOf(since), until: unixMsOf(until) }
    const { rows, next } = await readPage(
      { key: cursorKey, operation: 'listAuditEvents', boundTo: [JSON.stringify(filters)] },
      query,
      ([before] = [], limit) => store.auditEvents.list({ ...filters, before, limit }),
      ({ eventId }) => [eventId],
      refuse,
    )
    const items = rows.map(eventBody)
    return respond[200]({ headers: noStore, body: { items, ...(next && { next }) } })
  }

/** RFC 3339 has leap seconds and `Date` has none: they become the following second. */
function unixMsOf(text: string | undefined): UnixMs | undefined {
  if (text === undefined) return undefined
  const parseable = text.replace(/^(.{17})60/, (_, minute: string) => `${minute}59`)
  return Date.parse(parseable) + (parseable === text ? 0 : 1000)
}
