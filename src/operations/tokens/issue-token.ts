/** POST /token: issues tokens for a grant (RFC 6749 §4.3, §6). */
import type { TokenRequest } from '../../../generated/api.ts'
import { addLogFields } from '../../contract/exchange.ts'
import { requestingClient, requireGrant } from '../../oauth/clients.ts'
import { type GrantType, grants, grantTypes, isGrantType } from '../../oauth/grants.ts'
import { UnsupportedGrantType } from '../../oauth/oauth-errors.ts'
import type { Services } from '../../services.ts'
import { type Handler, noStore } from '../handler.ts'

export const issueToken =
  (services: Services): Handler<'issueToken'> =>
  async ({ body, http }, respond) => {
    const client = await requestingClient(services.store.clients, http, body)
    addLogFields(http, { clientId: client.clientId })
    const grantType = grantTypeOf(body)
    requireGrant(client, grantType)
    const granted = await grants[grantType](services, client, body, http)
    const { accessToken, refreshToken, scopes } = granted
    return respond[200]({
      headers: { ...noStore, Pragma: 'no-cache' },
      body: {
        access_token: accessToken,
        token_type: 'bearer',
        expires_in: services.config.accessTokenSeconds,
        scope: scopes.join(' '),
        ...(refreshToken && { refresh_token: refreshToken }),
      },
    })
  }

/** The tutorial's form may omit `grant_type`. */
function grantTypeOf({ grant_type = 'password' }: TokenRequest): GrantType {
  if (!isGrantType(grant_type)) throw new UnsupportedGrantType(grantTypes)
  return grant_type
}
