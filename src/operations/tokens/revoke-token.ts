/** POST /revoke: revokes a refresh token with its session, or one access token (RFC 7009 §2.1). */
import { addLogFields } from '#contract'
import { requestingClient } from '../../oauth/clients.ts'
import { UnauthorizedClient } from '../../oauth/oauth-errors.ts'
import { findToken } from '../../oauth/tokens.ts'
import type { Services } from '../../services.ts'
import { type Handler, noStore } from '../handler.ts'

export const revokeToken =
  (services: Services): Handler<'revokeToken'> =>
  async ({ body, http }, respond) => {
    const { store, audit, now } = services
    const client = await requestingClient(store.clients, http, body)
    addLogFields(http, { clientId: client.clientId })
    const token = await findToken(services, body.token)
    if (token && token.clientId !== client.clientId) {
      throw new UnauthorizedClient('The token was issued to a different client')
    }
    if (token) {
      const { userId, clientId, sessionId } = token
      const event = audit.event('token_revoked', { userId, clientId, sessionId, address: http.ip })
      // Stored for a day longer than the token lasts: setting the clock back must not revive it.
      const until = (token.expiresAt + 86_400) * 1000
      if (token.kind === 'access') await store.sessions.revokeToken(token.tokenId, until, event)
      else await store.sessions.end(token, now(), event)
    }
    return respond[200]({ headers: noStore })
  }
