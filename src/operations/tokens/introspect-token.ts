/** POST /introspect: the current state of a token (RFC 7662 §2). */
import type { Introspection } from '../../../generated/api.ts'
import { authenticateClient } from '../../oauth/clients.ts'
import { InvalidClient, UnauthorizedClient } from '../../oauth/oauth-errors.ts'
import { type FoundToken, findToken } from '../../oauth/tokens.ts'
import type { Services } from '../../services.ts'
import { type Handler, noStore } from '../handler.ts'

export const introspectToken =
  (services: Services): Handler<'introspectToken'> =>
  async ({ body, http }, respond) => {
    const client = await authenticateClient(services.store.clients, http, body)
    if (client?.secretHash === undefined) throw new InvalidClient('no client authentication')
    if (!client.mayIntrospect) throw new UnauthorizedClient('The client may not introspect tokens')
    const token = await findToken(services, body.token)
    // A refresh token is for its own client only: a resource server must not accept it as an access token.
    const isVisible = token?.kind === 'access' || token?.clientId === client.clientId
    const shown = introspection(services, isVisible ? token : undefined)
    return respond[200]({ headers: noStore, body: shown })
  }

/** Reveals nothing about an inactive token (RFC 7662 §2.2). */
function introspection(
  { issuer, audience }: Services,
  token: FoundToken | undefined,
): Introspection {
  if (!token?.isActive) return { active: false }
  return {
    active: true,
    scope: token.scopes.join(' '),
    client_id: token.clientId,
    username: token.username,
    exp: token.expiresAt,
    iat: token.issuedAt,
    sub: token.userId,
    aud: audience,
    iss: issuer,
    sid: token.sessionId,
    ...(token.kind === 'access' && { token_type: 'bearer', jti: token.tokenId }),
  }
}
