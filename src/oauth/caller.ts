/** The caller of an operation: the claims of their token combined with the current state of account and session. */
import type { About } from '../audit/audit.ts'
import type { StoredCaller } from '../store/callers.ts'
import type { UserRow } from '../store/user-row.ts'
import type { AccessToken } from './access-tokens.ts'
import { InactiveCaller, InsufficientScope, InvalidToken } from './bearer-errors.ts'
import type { RequestContext } from './sessions.ts'

export interface Caller {
  /** The account of the token, read for this request. */
  readonly user: UserRow
  readonly sessionId: string
  readonly clientId: string
  /** The same as `grantableScopes`, for the handlers of a server that is built on ours (`own-handlers.ts`). */
  readonly scopes: ReadonlySet<string>
  /** All scopes of the token that the account still has: the caller may grant them to others. */
  readonly grantableScopes: readonly string[]
  /** What `authorize` checked, to check it again inside a transaction. */
  readonly accessCheck: AccessCheck
}

export interface AccessCheck {
  readonly token: AccessToken
  /** The scopes that the operation requires. */
  readonly required: readonly string[]
  /** The URL of this API's metadata, sent in challenges. */
  readonly resourceMetadata: string
}

/** Checks account → enabled → session → scope. Throws a refusal. */
export function authorize(accessCheck: AccessCheck, stored: StoredCaller | undefined): Caller {
  const { token, required, resourceMetadata } = accessCheck
  if (!stored) throw new InvalidToken(resourceMetadata, 'account deleted')
  const { user, isLive } = stored
  if (user.disabled) throw new InactiveCaller()
  if (!isLive) throw new InvalidToken(resourceMetadata, 'token revoked or session ended')
  // A scope that the account has lost no longer counts.
  const grantableScopes = token.scopes.filter((scope) => user.scopes.includes(scope))
  const scopes = new Set(grantableScopes)
  const missing = required.filter((scope) => !scopes.has(scope))
  if (missing.length > 0) throw new InsufficientScope(resourceMetadata, required, missing, token)
  const { sessionId, clientId } = token
  return { user, sessionId, clientId, scopes, grantableScopes, accessCheck }
}

/** The audit fields of the caller's actions. The affected account is their own, unless the event sets `userId`. */
export function aboutCaller(
  { user: { userId }, clientId, sessionId }: Pick<Caller, 'user' | 'clientId' | 'sessionId'>,
  { ip: address }: Pick<RequestContext, 'ip'>,
): About & { readonly userId: string } {
  return { userId, actorId: userId, clientId, sessionId, address }
}
