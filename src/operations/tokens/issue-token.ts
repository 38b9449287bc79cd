/** POST /token sells tokens for a password or a refresh token (RFC 6749 §4.3, §6); the checks in the order of the RFC. */
import type { TokenRequest } from '../../../generated/api.ts'
import { note } from '../../contract/exchange.ts'
import {
  authenticateClient,
  firstParty,
  type GrantType,
  grantTypes,
  requireGrant,
} from '../../oauth/clients.ts'
import { counted } from '../../oauth/login-outcome.ts'
import { UnsupportedGrantType, WrongCredentials } from '../../oauth/oauth-errors.ts'
import { passwordGrant } from '../../oauth/password-grant.ts'
import { refreshGrant } from '../../oauth/refresh-grant.ts'
import type { RefreshToken } from '../../oauth/refresh-tokens.ts'
import { beginSession, type Origin } from '../../oauth/sessions.ts'
import type { Services } from '../../services.ts'
import type { ClientRow } from '../../store/clients.ts'
import { type Handler, noStore } from '../handler.ts'

export const issueToken =
  (services: Services): Handler<'issueToken'> =>
  async ({ body, http }, respond) => {
    const client = await clientOf(services, body, http)
    note(http, { clientId: client.clientId })
    const grantType = grantTypeOf(body)
    requireGrant(client, grantType)
    const grant = await grants[grantType](services, client, body, http)
    const { accessToken, refreshToken, scopes } = grant
    return respond[200]({
      headers: { ...noStore, Pragma: 'no-cache' },
      body: {
        access_token: accessToken,
        token_type: 'bearer',
        expires_in: services.config.accessTokenSeconds,
        scope: scopes.join(' '),
        ...(refreshToken && { refresh_token: refreshToken.text }),
      },
    })
  }

interface Grant {
  readonly accessToken: string
  /** What this access token opens: of what the session holds, as much as was asked for. */
  readonly scopes: readonly string[]
  readonly refreshToken: RefreshToken | undefined
}

type Exchange = (
  services: Services,
  client: ClientRow,
  body: TokenRequest,
  origin: Origin,
) => Promise<Grant>

const grants: Readonly<Record<GrantType, Exchange>> = {
  password: (services, client, body, origin) =>
    counted(services.metrics, () => logIn(services, client, body, origin)),
  refresh_token: refreshGrant,
}

const logIn: Exchange = async (services, client, body, origin) => {
  const { user, scopes } = await passwordGrant(services, client, body, origin)
  const login = { user, client, scopes, origin, now: services.now() }
  const { store, audit, config, accessTokens } = services
  const begun = await beginSession(store.sessions, audit, config, login)
  if (!begun) {
    // Where it is not the client that has changed, it is the account.
    requireGrant(await clientOf(services, body, origin), 'password')
    throw new WrongCredentials(config.invalidGrantStatus, 'changed meanwhile')
  }
  const accessToken = await accessTokens.issue({ ...begun.session, scopes })
  return { accessToken, refreshToken: begun.refreshToken, scopes }
}

async function clientOf({ store }: Services, body: TokenRequest, origin: Origin) {
  return (await authenticateClient(store.clients, origin, body)) ?? firstParty
}

/** The tutorial's form may leave the grant out. */
function grantTypeOf({ grant_type = 'password' }: TokenRequest): GrantType {
  const known = grantTypes.find((each) => each === grant_type)
  if (!known) throw new UnsupportedGrantType()
  return known
}
