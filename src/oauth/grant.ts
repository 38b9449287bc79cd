/** What a grant of POST /token is: a request of a client for tokens, or an RFC 6749 error. */
import type { TokenRequest } from '../../generated/api.ts'
import type { ClientRow } from '../store/clients.ts'
import type { RequestContext } from './sessions.ts'

export interface Granted {
  readonly accessToken: string
  /** The scopes of this access token: those that were asked for, of those that the session holds. */
  readonly scopes: readonly string[]
  /** Absent where the client may not refresh. */
  readonly refreshToken: string | undefined
}

/** Throws an RFC 6749 error. */
export type Grant<Options> = (
  options: Options,
  client: ClientRow,
  body: TokenRequest,
  context: RequestContext,
) => Promise<Granted>
