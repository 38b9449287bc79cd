/** GET /users/me/sessions: the caller's active sessions. */
import type { Session } from '../../../generated/api.ts'
import type { Services } from '../../services.ts'
import type { UnixMs } from '../../store/schema.ts'
import type { SessionRow } from '../../store/session-row.ts'
import { type Handler, noStore } from '../handler.ts'
import { readPage } from '../pages.ts'

export const listSessions =
  ({ store, cursorKey, now }: Services): Handler<'listSessions'> =>
  async ({ principal: { user, sessionId: current }, query }, respond, refuse) => {
    const { rows, next } = await readPage(
      { key: cursorKey, operation: 'listSessions', boundTo: [user.userId] },
      query,
      ([createdAt, sessionId] = [], limit) =>
        store.sessions.page(
          user.userId,
          now(),
          sessionId === undefined ? undefined : { createdAt: Number(createdAt), sessionId },
          limit,
        ),
      ({ createdAt, sessionId }) => [String(createdAt), sessionId],
      refuse,
    )
    const items = rows.map((session) => sessionBody(session, session.sessionId === current))
    return respond[200]({ headers: noStore, body: { items, ...(next && { next }) } })
  }

function sessionBody(session: SessionRow, current: boolean): Session {
  const { userAgent, address, expiresAt, idleExpiresAt } = session
  return {
    session_id: session.sessionId,
    client_id: session.clientId,
    scopes: [...session.scopes],
    current,
    ...(userAgent && { user_agent: userAgent }),
    ...(address && { address }),
    created_at: timeOf(session.createdAt),
    // Not before the login.
    last_used_at: timeOf(Math.max(session.createdAt, minuteOf(session.lastUsedAt))),
    expires_at: timeOf(minuteOf(Math.min(expiresAt, idleExpiresAt))),
  }
}

/** Both times change with each refresh. A reader of the list, who may have a copied token, needs no exact moment of a refresh. */
function minuteOf(time: UnixMs): UnixMs {
  return time - (time % 60_000)
}

function timeOf(time: UnixMs): string {
  return new Date(time).toISOString()
}
