/** The session of a refresh token, if it can be continued. */
import type { ClientRow } from '../store/clients.ts'
import type { UnixMs } from '../store/schema.ts'
import type { SessionRow } from '../store/session-row.ts'
import type { UserRow } from '../store/user-row.ts'
import { InactiveUser, InvalidGrant } from './oauth-errors.ts'
import type { OAuthServices } from './oauth-services.ts'
import type { RefreshToken } from './refresh-tokens.ts'

/** Throws an RFC 6749 error. */
export async function activeSession(
  { store, now }: OAuthServices,
  client: ClientRow,
  { familyHash }: RefreshToken,
): Promise<{ session: SessionRow; user: UserRow }> {
  const found = await store.sessions.byFamily(familyHash)
  if (!found) throw unknownToken()
  const { session, user } = found
  if (session.clientId !== client.clientId) throw unknownToken()
  requireActive(session, now())
  if (user.disabled) throw new InactiveUser()
  return { session, user }
}

export function requireActive(
  { endedAt, expiresAt, idleExpiresAt }: SessionRow,
  now: UnixMs,
): void {
  if (endedAt !== undefined || expiresAt <= now || idleExpiresAt <= now)
    throw new InvalidGrant('The session has ended')
}

export function unknownToken(): InvalidGrant {
  return new InvalidGrant('The refresh token is unknown')
}
