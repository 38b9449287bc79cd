/** Sessions: each login begins one, refresh tokens continue it, and it ends once (RFC 9700 §4.14.2). */
import type { ServerResponse } from 'node:http'
import type { HttpRequest } from '#contract'
import { newId } from '../keys/secrets.ts'
import type { ClientRow } from '../store/clients.ts'
import type { SessionRow } from '../store/session-row.ts'
import type { AddedSession } from '../store/sessions.ts'
import type { UserRow } from '../store/user-row.ts'
import { firstPartyClient, hasGrant } from './clients.ts'
import type { OAuthServices } from './oauth-services.ts'
import { newRefreshToken, type RefreshToken } from './refresh-tokens.ts'

/** The HTTP request, and its response. */
export type RequestContext = HttpRequest & { readonly res?: ServerResponse | undefined }

export interface Login {
  /** The account and the client as verified. */
  readonly user: UserRow
  readonly client: ClientRow
  readonly scopes: readonly string[]
  readonly context: Pick<RequestContext, 'headers' | 'ip'>
}

export interface NewSession extends AddedSession {
  readonly refreshToken: RefreshToken | undefined
}

export function userAgentOf({ headers }: Pick<RequestContext, 'headers'>): string | undefined {
  return headers['user-agent']?.slice(0, 300)
}

export interface BegunSession extends NewSession {
  /** See `StoredSigningKeys.version`. */
  readonly keysVersion: string
}

/**
 * Stores a session and, if the client may refresh, its first refresh token, in one durable write.
 * Returns undefined if the account or the client has changed since it was verified.
 */
export async function beginSession(
  services: OAuthServices,
  login: Login,
): Promise<BegunSession | undefined> {
  const begun = newSession(services, login)
  const keysVersion = await services.store.sessions.add(begun, login.user)
  return keysVersion === undefined ? undefined : { ...begun, keysVersion }
}

/** Returns a session that is not stored yet. `detail` says why it begins, if not with a login. */
export function newSession(
  { audit, config, now: clock }: OAuthServices,
  { user, client, scopes, context }: Login,
  detail?: string,
): NewSession {
  const now = clock()
  const refreshToken = hasGrant(client, 'refresh_token') ? newRefreshToken() : undefined
  // One minute more than the access token, so that the token expires first.
  const tokenExpiry = now + (config.accessTokenSeconds + 60) * 1000
  const session: SessionRow = {
    sessionId: newId('s'),
    userId: user.userId,
    clientId: client.clientId,
    scopes,
    userAgent: userAgentOf(context),
    address: context.ip,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: refreshToken ? now + config.refreshMaxMs : tokenExpiry,
    idleExpiresAt: refreshToken ? now + config.refreshIdleMs : tokenExpiry,
    endedAt: undefined,
    refresh: refreshToken && {
      familyHash: refreshToken.familyHash,
      tokenHash: refreshToken.hash,
      previousHash: undefined,
      rotatedAt: undefined,
      rotatedFrom: undefined,
      successorNumber: 0,
    },
  }
  const { sessionId, userId, clientId, address, userAgent } = session
  const event = audit.event('login', { userId, clientId, sessionId, address, userAgent, detail })
  const stored = client === firstPartyClient ? undefined : client
  return { session, client: stored, event, maxSessions: config.maxSessionsPerAccount, refreshToken }
}
