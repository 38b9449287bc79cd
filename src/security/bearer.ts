/** The check of the contract's OAuth2 scheme: a bearer token in the Authorization header (RFC 6750 §2.1), and no other way. */
import type { IncomingMessage } from 'node:http'
import type { SecurityCheck } from '../contract/validator.ts'
import type { Caller as StoredCaller } from '../store/sessions.ts'
import type { Store } from '../store/store.ts'
import type { UserRow } from '../store/user-row.ts'
import type { AccessToken, AccessTokens } from './access-tokens.ts'
import type { Audit } from './audit.ts'
import {
  InactiveUser,
  InsufficientScope,
  InvalidAuthorization,
  InvalidToken,
  NotAuthenticated,
} from './bearer-errors.ts'
import type { SigningKeys } from './signing-keys.ts'

/** Who calls: the account behind the token, read at this request, and what the token opens. */
export interface Caller {
  readonly user: UserRow
  readonly sessionId: string
  readonly clientId: string
  readonly scopes: ReadonlySet<string>
  /** All that the token opens, to be granted to others. */
  readonly grantableScopes: readonly string[]
}

export interface BearerOptions {
  readonly accessTokens: AccessTokens
  readonly signingKeys: SigningKeys
  readonly store: Pick<Store, 'sessions'>
  /** The URL of this API's metadata, for the challenges. */
  readonly resourceMetadata: string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Token → account → enabled → session → scope. A forged token learns nothing of scopes. */
export function bearerCheck(options: BearerOptions & { readonly audit: Audit }): SecurityCheck {
  const { audit, resourceMetadata } = options
  return async function bearer(req, required): Promise<Caller> {
    const token = tokenIn(req, resourceMetadata)
    const { user, live, sessionId, clientId, scopes } = await readToken(options, token)
    if (user.disabled) throw new InactiveUser()
    if (!live) throw new InvalidToken(resourceMetadata, 'revoked, or its session has ended')
    // What was taken from the account is gone from its tokens.
    const grantableScopes = scopes.filter((scope) => user.scopes.includes(scope))
    const held = new Set(grantableScopes)
    const missing = required.filter((scope) => !held.has(scope))
    if (missing.length > 0) {
      const { userId } = user
      const detail = `lacks ${missing.join(' ')}`
      await audit.record('access_denied', { userId, clientId, sessionId, address: req.ip, detail })
      throw new InsufficientScope(resourceMetadata, required, missing)
    }
    return { user, sessionId, clientId, scopes: held, grantableScopes }
  }
}

export type LiveToken = AccessToken & StoredCaller

/** What the token says, and what the store says of it now. Throws an `InvalidToken` where either has nothing. */
export async function readToken(
  { accessTokens, signingKeys, store, resourceMetadata, now }: BearerOptions,
  token: string,
): Promise<LiveToken> {
  const accessToken = await accessTokens.verify(token)
  const { userId, sessionId, tokenId } = accessToken
  const caller = await store.sessions.caller(userId, sessionId, tokenId, now())
  if (!caller) throw new InvalidToken(resourceMetadata, 'its account is gone')
  if (caller.keysVersion !== signingKeys.version) {
    // Another process has rotated or retired keys: does this token's still count?
    await signingKeys.refresh()
    await accessTokens.verify(token)
  }
  return { ...accessToken, ...caller }
}

/** Node keeps the first of several Authorization headers and drops the others in silence: `headersDistinct` has all. */
function tokenIn(req: IncomingMessage, resourceMetadata: string): string {
  const [header, ...others] = req.headersDistinct.authorization ?? []
  if (others.length > 0) throw new InvalidAuthorization(resourceMetadata)
  const [, scheme = '', credentials = ''] = /^(\S*) *(.*)$/.exec(header ?? '') ?? []
  if (scheme.toLowerCase() !== 'bearer') throw new NotAuthenticated(resourceMetadata)
  if (credentials === '' || credentials.includes(' '))
    throw new InvalidAuthorization(resourceMetadata)
  return credentials
}
