/** The type of a grant of POST /token: it exchanges a request for tokens. */
import type { TokenRequest } from '../../generated/api.ts'
import type { ClientRow } from '../store/clients.ts'
import type { OAuthServices } from './oauth-services.ts'
import type { RequestContext } from './sessions.ts'

export interface Granted {
  readonly accessToken: string
  /** The scopes of the access token. */
  readonly scopes: readonly string[]
  /** Absent if the client may not use the refresh grant. */
  readonly refreshToken: string | undefined
}

/**
 * Issues tokens for a request of a client that may use the grant. `Needed`: what it needs of `Services`, if that is more than
 * `OAuthServices`. Every grant
 * - requires an enabled account, and grants only scopes that account and client have (`scopesFor`, `grantedScopes`);
 * - throws errors of `oauth-errors.ts` that `operations/refusals.ts` maps for `issueToken`: an `InvalidGrant` for a token or code that
 *   is unknown, used or expired, an `InactiveUser` for a disabled account;
 * - calls `accountWrites.take` before it writes: nothing else limits what an account writes;
 * - adds the `userId` to the log line (`addLogFields`) as soon as it is known;
 * - writes its audit event in the transaction of the change: `beginSession` writes `login`.
 */
export type Grant<Needed = OAuthServices> = (
  services: Needed,
  client: ClientRow,
  body: TokenRequest,
  context: RequestContext,
) => Promise<Granted>
