/** DELETE /users/me/sessions: ends all of the caller's sessions, the current one included. */
import { aboutCaller } from '../../oauth/caller.ts'
import type { Services } from '../../services.ts'
import { type Handler, noStore } from '../handler.ts'

export const revokeSessions =
  ({ store, audit, now }: Services): Handler<'revokeSessions'> =>
  async ({ principal, http }, respond) => {
    const about = aboutCaller(principal, http)
    const event = audit.event('session_ended', { ...about, detail: 'all' })
    await store.sessions.endAll(about.userId, now(), event)
    return respond[204]({ headers: noStore })
  }
