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

/** Throws an RFC 6749 error. */
export type Grant<Needed = OAuthServices> = (
  services: Needed,
  client: ClientRow,
  body: TokenRequest,
  context: RequestContext,
) => Promise<Granted>
