/** POST /token: issues tokens for a grant (RFC 6749 §4.3, §6). */

import { addLogFields } from '#contract'
import type { TokenRequest } from '../../../generated/api.ts'
import { requestingClient, requireGrant } from '../../oauth/clients.ts'
import { type GrantType, grants, grantTypes, isGrantType } from '../../oauth/grants.ts'
import { UnsupportedGrantType } from '../../oauth/oauth-errors.ts'
import type { Services } from '../../services.ts'
import type { Handler } from '../handler.ts'
import { tokenResponse } from '../token-response.ts'

export const issueToken =
  (services: Services): Handler<'issueToken'> =>
  async ({ body, http }, respond) => {
    const client = await requestingClient(services.store.clients, http, body)
    addLogFields(http, { clientId: client.clientId })
    const grantType = grantTypeOf(body)
    requireGrant(client, grantType)
    const granted = await grants[grantType](services, client, body, http)
    return respond[200](tokenResponse(granted, services.config))
  }

/** The tutorial's form may omit `grant_type`. */
function grantTypeOf({ grant_type = 'password' }: TokenRequest): GrantType {
  if (!isGrantType(grant_type)) throw new UnsupportedGrantType(grantTypes)
  return grant_type
}
