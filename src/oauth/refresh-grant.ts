/** The refresh grant (RFC 6749 §6): exchanges a refresh token for an access token and the next refresh token. */
import { addLogFields } from '#contract'
import { activeSession, unknownToken } from './active-session.ts'
import { scopesFor } from './clients.ts'
import type { Grant } from './grant.ts'
import type { OAuthServices } from './oauth-services.ts'
import { networkFrom, repeatRefresh } from './refresh-repeats.ts'
import { parseRefreshToken, type RefreshToken, successorOf } from './refresh-tokens.ts'
import { grantedScopes } from './scopes.ts'
import type { RequestContext } from './sessions.ts'

/** Changes nothing unless it succeeds or detects reuse. A client that got an error, or no response, can repeat the request. */
export const refreshGrant: Grant = async (
  services,
  client,
  { refresh_token = '', scope },
  context,
) => {
  const { accessTokens } = services
  const presented = parseRefreshToken(refresh_token)
  if (!presented) throw unknownToken()
  const { session, user } = await activeSession(services, client, presented)
  addLogFields(context, { userId: user.userId })
  // A scope that the account or the client has lost since the login is no longer granted.
  const allowed = scopesFor(client, session.scopes).filter((each) => user.scopes.includes(each))
  const scopes = grantedScopes(scope, allowed)
  const { tokenHash, previousHash } = session.refresh ?? {}
  // Any other token is reused, which ends the session, however often the account refreshes.
  if ([tokenHash, previousHash].includes(presented.hash))
    services.accountWrites.take('refresh', user.userId)
  // Everything that may fail comes before the rotation: a client that gets an error can retry with the same token.
  const accessToken = await accessTokens.issue({ ...session, scopes })
  const rotated = await rotate(services, presented, context)
  const refreshToken = rotated ?? (await repeatRefresh(services, client, presented, context))
  return { accessToken, scopes, refreshToken: refreshToken.text }
}

/** Returns undefined if the token is not the current one of its session. */
async function rotate(
  { store, config, refreshKey, now }: OAuthServices,
  presented: RefreshToken,
  context: RequestContext,
): Promise<RefreshToken | undefined> {
  const successor = successorOf(presented, refreshKey)
  const isRotated = await store.sessions.rotate({
    familyHash: presented.familyHash,
    presentedHash: presented.hash,
    successorHash: successor.hash,
    network: networkFrom(context),
    now: now(),
    idleExpiresAt: now() + config.refreshIdleMs,
  })
  return isRotated ? successor : undefined
}
