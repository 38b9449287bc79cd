/** The refresh grant (RFC 6749 §6): exchanges a refresh token for an access token and the next refresh token. */
import type { Audit } from '../audit/audit.ts'
import type { Config } from '../config/config.ts'
import { addLogFields } from '../contract/exchange.ts'
import type { ClientRow } from '../store/clients.ts'
import type { UnixMs } from '../store/schema.ts'
import type { SessionRow } from '../store/session-row.ts'
import type { Store } from '../store/store.ts'
import type { UserRow } from '../store/user-row.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { AccessTokens } from './access-tokens.ts'
import { scopesFor } from './clients.ts'
import type { Grant } from './grant.ts'
import { InactiveUser, InvalidGrant } from './oauth-errors.ts'
import { parseRefreshToken, type RefreshToken, successorOf } from './refresh-tokens.ts'
import { grantedScopes } from './scopes.ts'
import type { RequestContext } from './sessions.ts'

export interface RefreshGrantOptions {
  readonly store: Pick<Store, 'sessions'>
  readonly config: Pick<Config, 'refreshGraceMs' | 'refreshIdleMs'>
  readonly accessTokens: Pick<AccessTokens, 'issue'>
  /** Derives the next refresh token. */
  readonly refreshKey: Uint8Array
  /** The same, from SECRET_KEY_PREVIOUS. */
  readonly previousRefreshKey: Uint8Array | undefined
  readonly audit: Audit
  readonly now: () => UnixMs
  readonly metrics: Metrics | undefined
}

/** Changes nothing unless it succeeds or detects reuse. */
export const refreshGrant: Grant<RefreshGrantOptions> = async (
  options,
  client,
  { refresh_token = '', scope },
  context,
) => {
  const { store, config, accessTokens, refreshKey, now } = options
  const presented = parseRefreshToken(refresh_token)
  if (!presented) throw new InvalidGrant('The refresh token is unknown')
  const { session, user } = await activeSession(options, client, presented)
  addLogFields(context, { userId: user.userId })
  // A scope that the account or the client has lost since the login is no longer granted.
  const allowed = scopesFor(client, session.scopes).filter((each) => user.scopes.includes(each))
  const scopes = grantedScopes(scope, allowed)
  // Everything that may fail comes before the rotation: a client that gets an error can retry with the same token.
  const accessToken = await accessTokens.issue({ ...session, scopes })
  const successor = successorOf(presented, refreshKey)
  const isRotated = await store.sessions.rotate({
    familyHash: presented.familyHash,
    presentedHash: presented.hash,
    successorHash: successor.hash,
    now: now(),
    idleExpiresAt: now() + config.refreshIdleMs,
  })
  const refreshToken = isRotated
    ? successor
    : await handleReuse(options, client, presented, context)
  return { accessToken, scopes, refreshToken: refreshToken.text }
}

async function activeSession(
  { store, now }: RefreshGrantOptions,
  client: ClientRow,
  { familyHash }: RefreshToken,
): Promise<{ session: SessionRow; user: UserRow }> {
  const found = await store.sessions.byFamily(familyHash)
  if (!found) throw new InvalidGrant('The refresh token is unknown')
  const { session, user } = found
  if (session.clientId !== client.clientId) throw new InvalidGrant('The refresh token is unknown')
  const isExpired = session.expiresAt <= now() || session.idleExpiresAt <= now()
  if (session.endedAt !== undefined || isExpired) throw new InvalidGrant('The session has ended')
  if (user.disabled) throw new InactiveUser()
  return { session, user }
}

/** Returns the same successor again within the grace period. After it, the token or its successor was stolen: ends the session. */
async function handleReuse(
  options: RefreshGrantOptions,
  client: ClientRow,
  presented: RefreshToken,
  context: RequestContext,
): Promise<RefreshToken> {
  const { store, config, audit, now, metrics } = options
  const { session } = await activeSession(options, client, presented)
  const { previousHash, tokenHash, rotatedAt = 0 } = session.refresh ?? {}
  // The clock may have been set back.
  const isInGrace = Math.abs(now() - rotatedAt) < config.refreshGraceMs
  if (presented.hash === previousHash && isInGrace) {
    const successor = successorsOf(options, presented).find(({ hash }) => hash === tokenHash)
    if (!successor) throw new InvalidGrant('The refresh token has already been used')
    return successor
  }
  metrics?.countRefreshReuse()
  const { sessionId, userId, clientId } = session
  const event = audit.event('refresh_reused', { userId, clientId, sessionId, address: context.ip })
  await store.sessions.end(session, now(), event)
  throw new InvalidGrant('The refresh token has already been used: the session has ended')
}

/** The token may have been rotated with the previous key. */
function successorsOf(
  { refreshKey, previousRefreshKey = refreshKey }: RefreshGrantOptions,
  presented: RefreshToken,
): RefreshToken[] {
  return [refreshKey, previousRefreshKey].map((key) => successorOf(presented, key))
}
