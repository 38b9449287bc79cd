/** A login is a session: it begins with the password grant, is continued by refresh tokens, and ends once (RFC 9700 §4.14.2). */
import type { ServerResponse } from 'node:http'
import type { Audit } from '../audit/audit.ts'
import type { Config } from '../config/config.ts'
import type { HttpRequest } from '../contract/handler.ts'
import { newId } from '../keys/secrets.ts'
import type { ClientRow } from '../store/clients.ts'
import type { SessionRow } from '../store/session-row.ts'
import type { Sessions } from '../store/sessions.ts'
import type { UserRow } from '../store/user-row.ts'
import { firstParty } from './clients.ts'
import { newRefreshToken, type RefreshToken } from './refresh-tokens.ts'

export type SessionSettings = Pick<Config, 'accessTokenSeconds' | 'refreshIdleMs' | 'refreshMaxMs'>

/** Where a login comes from, and where its answer goes. */
export type Origin = HttpRequest & { readonly res?: ServerResponse | undefined }

export interface Login {
  readonly user: UserRow
  readonly client: ClientRow
  readonly scopes: readonly string[]
  readonly origin: Origin
  /** Milliseconds since 1970. */
  readonly now: number
}

/**
 * A session, and its first refresh token where the client may refresh. One durable write.
 * Nothing where the account or the client is not any more what it was when it was verified.
 */
export async function beginSession(
  sessions: Sessions,
  audit: Audit,
  settings: SessionSettings,
  { user, client, scopes, origin, now }: Login,
): Promise<{ session: SessionRow; refreshToken: RefreshToken | undefined } | undefined> {
  const refreshToken = client.grants.includes('refresh_token') ? newRefreshToken() : undefined
  // A minute more than the token, so that it is the token that expires.
  const tokenExpiry = now + (settings.accessTokenSeconds + 60) * 1000
  const session: SessionRow = {
    sessionId: newId('s'),
    userId: user.userId,
    clientId: client.clientId,
    scopes,
    userAgent: origin.headers['user-agent']?.slice(0, 300),
    address: origin.ip,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: refreshToken ? now + settings.refreshMaxMs : tokenExpiry,
    idleExpiresAt: refreshToken ? now + settings.refreshIdleMs : tokenExpiry,
    endedAt: undefined,
    refresh: refreshToken && {
      familyHash: refreshToken.familyHash,
      tokenHash: refreshToken.hash,
      previousHash: undefined,
      rotatedAt: undefined,
    },
  }
  const { sessionId, userId, clientId, address } = session
  const event = audit.event('login', { userId, clientId, sessionId, address })
  const verified = {
    passwordHash: user.passwordHash,
    client: client === firstParty ? undefined : client,
  }
  const isAdded = await sessions.add(session, verified, event)
  return isAdded ? { session, refreshToken } : undefined
}
