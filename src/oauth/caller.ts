/** Who calls, and what he may: what his token says and what the store says of him now, put together. */

import type { About } from '../audit/audit.ts'
import type { StoredCaller } from '../store/sessions.ts'
import type { UserRow } from '../store/user-row.ts'
import type { AccessToken } from './access-tokens.ts'
import { InactiveUser, InsufficientScope, InvalidToken } from './bearer-errors.ts'
import type { RequestContext } from './sessions.ts'

export interface Caller {
  /** The account behind the token, read at this request. */
  readonly user: UserRow
  readonly sessionId: string
  readonly clientId: string
  readonly scopes: ReadonlySet<string>
  /** All that the token opens, to be granted to others. */
  readonly grantableScopes: readonly string[]
  /** What it was admitted by: to be asked again where it matters that this is still so. */
  readonly accessCheck: AccessCheck
}

export interface AccessCheck {
  readonly token: AccessToken
  /** The scopes that the operation requires. */
  readonly required: readonly string[]
  /** The URL of this API's metadata, for the challenges. */
  readonly resourceMetadata: string
}

/** Account → enabled → session → scope. Throws a refusal. */
export function authorize(accessCheck: AccessCheck, stored: StoredCaller | undefined): Caller {
  const { token, required, resourceMetadata } = accessCheck
  if (!stored) throw new InvalidToken(resourceMetadata, 'its account is gone')
  const { user, isLive } = stored
  if (user.disabled) throw new InactiveUser()
  if (!isLive) throw new InvalidToken(resourceMetadata, 'revoked, or its session has ended')
  // What was taken from the account is gone from its tokens.
  const grantableScopes = token.scopes.filter((scope) => user.scopes.includes(scope))
  const scopes = new Set(grantableScopes)
  const missing = required.filter((scope) => !scopes.has(scope))
  if (missing.length > 0) throw new InsufficientScope(resourceMetadata, required, missing)
  const { sessionId, clientId } = token
  return { user, sessionId, clientId, scopes, grantableScopes, accessCheck }
}

/** For the events of what he does: to himself, unless they name another. */
export function aboutCaller(
  { user: { userId }, clientId, sessionId }: Pick<Caller, 'user' | 'clientId' | 'sessionId'>,
  { ip: address }: Pick<RequestContext, 'ip'>,
): About & { readonly userId: string } {
  return { userId, actorId: userId, clientId, sessionId, address }
}
