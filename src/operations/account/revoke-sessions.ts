/** DELETE /users/me/sessions: logs the account out everywhere, here too. */
import type { Services } from '../../services.ts'
import { type Handler, noStore } from '../handler.ts'

export const revokeSessions =
  ({ store, audit, now }: Services): Handler<'revokeSessions'> =>
  async ({ principal, http }, respond) => {
    const { userId } = principal.user
    const event = audit.event('session_ended', { userId, address: http.ip, detail: 'all' })
    await store.sessions.endAll(userId, now(), event)
    return respond[204]({ headers: noStore })
  }
