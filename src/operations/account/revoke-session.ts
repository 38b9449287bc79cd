/** DELETE /users/me/sessions/{session_id}: ends one of the caller's sessions. */
import { aboutCaller } from '../../oauth/caller.ts'
import type { Services } from '../../services.ts'
import { type Handler, noStore } from '../handler.ts'

export const revokeSession =
  ({ store, audit, now }: Services): Handler<'revokeSession'> =>
  async ({ principal, path, http }, respond, refuse) => {
    const { userId } = principal.user
    const session = { userId, sessionId: path.session_id }
    const event = audit.event('session_ended', { ...aboutCaller(principal, http), ...session })
    if (!(await store.sessions.end(session, now(), event)))
      throw refuse[404]('not_found', 'Not found')
    return respond[204]({ headers: noStore })
  }
