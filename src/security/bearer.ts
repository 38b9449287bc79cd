/** The check of the contract's OAuth2 scheme: a bearer token in the Authorization header (RFC 6750 §2.1), and no other way. */
import type { IncomingMessage } from 'node:http'
import type { SecurityCheck } from '../contract/validator.ts'
import type { Sessions } from '../store/sessions.ts'
import type { UserRow } from '../store/users.ts'
import type { AccessTokens } from './access-tokens.ts'
import {
  InactiveUser,
  InsufficientScope,
  InvalidAuthorization,
  InvalidToken,
  NotAuthenticated,
} from './bearer-errors.ts'

/** Who calls: the account behind the token, read at this request, and what the token opens. */
export interface Caller {
  readonly user: UserRow
  readonly sessionId: string
  readonly clientId: string
  readonly scopes: ReadonlySet<string>
}

export interface BearerOptions {
  readonly accessTokens: AccessTokens
  readonly sessions: Sessions
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Token → account → enabled → session → scope. A forged token learns nothing of scopes. */
export function bearerCheck({ accessTokens, sessions, now }: BearerOptions): SecurityCheck {
  return async function bearer(req, required): Promise<Caller> {
    const { userId, sessionId, clientId, scopes } = await accessTokens.verify(tokenIn(req))
    const caller = await sessions.caller(userId, sessionId, now())
    if (!caller) throw new InvalidToken('its account is gone')
    if (caller.user.disabled) throw new InactiveUser()
    if (!caller.live) throw new InvalidToken('its session has ended')
    const held = new Set(scopes)
    const missing = required.filter((scope) => !held.has(scope))
    if (missing.length > 0) throw new InsufficientScope(required, missing)
    return { user: caller.user, sessionId, clientId, scopes: held }
  }
}

/** Node keeps the first of several Authorization headers and drops the others in silence: `headersDistinct` has all. */
function tokenIn(req: IncomingMessage): string {
  const [header, ...others] = req.headersDistinct.authorization ?? []
  if (others.length > 0) throw new InvalidAuthorization()
  const [, scheme = '', credentials = ''] = /^(\S*) *(.*)$/.exec(header ?? '') ?? []
  if (scheme.toLowerCase() !== 'bearer') throw new NotAuthenticated()
  if (credentials === '' || credentials.includes(' ')) throw new InvalidAuthorization()
  return credentials
}
