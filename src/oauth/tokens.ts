/** Finds out what a token is, whichever kind it may be: the hint of RFC 7009 §2.1 is not needed for that. */
import type { SessionRow } from '../store/session-row.ts'
import type { UserRow } from '../store/user-row.ts'
import { type BearerOptions, readToken } from './bearer.ts'
import { InvalidToken } from './bearer-errors.ts'
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
  /** Whether it is worth anything now. */
  readonly isActive: boolean
}

export type FoundToken =
  | (Found & { readonly kind: 'access'; readonly tokenId: string })
  | (Found & { readonly kind: 'refresh' })

/** Nothing where it is none of ours, or has expired, or its account is gone. */
export async function findToken(
  options: BearerOptions,
  token: string,
): Promise<FoundToken | undefined> {
  const refreshToken = parseRefreshToken(token)
  if (!refreshToken) return findAccessToken(options, token)
  const found = await options.store.sessions.byFamily(refreshToken.familyHash)
  return found && refreshTokenOf(found.session, found.user, refreshToken.hash, options.now())
}

async function findAccessToken(
  options: BearerOptions,
  text: string,
): Promise<FoundToken | undefined> {
  try {
    const { user, isLive, scopes, ...token } = await readToken(options, text)
    const held = scopes.filter((scope) => user.scopes.includes(scope))
    const isActive = isLive && !user.disabled
    return { ...token, kind: 'access', username: user.username, scopes: held, isActive }
  } catch (error) {
    if (error instanceof InvalidToken) return undefined
    throw error
  }
}

function refreshTokenOf(session: SessionRow, user: UserRow, hash: string, now: number): FoundToken {
  const {
    userId,
    clientId,
    sessionId,
    scopes,
    expiresAt,
    idleExpiresAt,
    endedAt,
    lastUsedAt,
    refresh,
  } = session
  const end = Math.min(expiresAt, idleExpiresAt)
  const isActive =
    endedAt === undefined && end > now && !user.disabled && refresh?.tokenHash === hash
  return {
    kind: 'refresh',
    userId,
    username: user.username,
    clientId,
    sessionId,
    scopes: scopes.filter((scope) => user.scopes.includes(scope)),
    issuedAt: Math.floor(lastUsedAt / 1000),
    expiresAt: Math.floor(end / 1000),
    isActive,
  }
}
