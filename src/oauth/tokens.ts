/** Looks up a token of either kind, without the hint of RFC 7009 §2.1. */
import type { SessionRow } from '../store/session-row.ts'
import type { UserRow } from '../store/user-row.ts'
import { readToken } from './bearer.ts'
import { InvalidToken } from './bearer-errors.ts'
import type { OAuthServices } from './oauth-services.ts'
import { parseRefreshToken } from './refresh-tokens.ts'

interface Found {
  readonly userId: string
  readonly username: string
  readonly clientId: string
  readonly sessionId: string
  readonly scopes: readonly string[]
  /** In seconds since 1970. */
  readonly issuedAt: number
  readonly expiresAt: number
  /** `active` in RFC 7662 §2.2. */
  readonly isActive: boolean
}

export type FoundToken =
  | (Found & { readonly kind: 'access'; readonly tokenId: string })
  | (Found & { readonly kind: 'refresh' })

/** Returns undefined for an unknown token, an expired access token, and a token of a deleted account. */
export async function findToken(
  services: OAuthServices,
  token: string,
): Promise<FoundToken | undefined> {
  const refreshToken = parseRefreshToken(token)
  if (!refreshToken) return findAccessToken(services, token)
  const found = await services.store.sessions.byFamily(refreshToken.familyHash)
  return found && refreshTokenOf(found.session, found.user, refreshToken.hash, services.now())
}

async function findAccessToken(
  services: OAuthServices,
  text: string,
): Promise<FoundToken | undefined> {
  try {
    const { user, isLive, scopes, ...token } = await readToken(services, text)
    const allowed = scopes.filter((scope) => user.scopes.includes(scope))
    const isActive = isLive && !user.disabled
    return { ...token, kind: 'access', username: user.username, scopes: allowed, isActive }
  } catch (error) {
    if (error instanceof InvalidToken) return undefined
    throw error
  }
}

function refreshTokenOf(session: SessionRow, user: UserRow, hash: string, now: number): FoundToken {
  const { userId, clientId, sessionId } = session
  const end = Math.min(session.expiresAt, session.idleExpiresAt)
  const isLive = session.endedAt === undefined && end > now
  return {
    kind: 'refresh',
    userId,
    username: user.username,
    clientId,
    sessionId,
    scopes: session.scopes.filter((scope) => user.scopes.includes(scope)),
    issuedAt: Math.floor(session.lastUsedAt / 1000),
    expiresAt: Math.floor(end / 1000),
    isActive: isLive && !user.disabled && session.refresh?.tokenHash === hash,
  }
}
