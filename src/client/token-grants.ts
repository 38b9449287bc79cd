/** The two grants of /token that the client uses (RFC 6749 §4.3, §6). */
import type { TokenRequest } from '../../generated/api.ts'
import type { Calls } from './calls.ts'
import { OAuthFailure, UnexpectedResponse } from './failures.ts'
import { type IssuedTokens, isTokenResponse } from './token-response.ts'

export function tokenGrants(POST: Calls['POST']) {
  async function requestTokens(body: TokenRequest): Promise<IssuedTokens> {
    const { data, response } = await POST('/token', { body })
    if (!isTokenResponse(data)) throw new UnexpectedResponse(response)
    return data
  }

  return {
    passwordGrant: (credentials: Pick<TokenRequest, 'username' | 'password' | 'scope'>) =>
      requestTokens({ grant_type: 'password', ...credentials }),
    /**
     * Retries once if the response is lost: the server may have rotated the token, and then gives its successor again or
     * replaces it. The old token stays usable until the next refresh.
     */
    async refreshGrant(refresh_token: string): Promise<IssuedTokens> {
      const body = { grant_type: 'refresh_token', refresh_token }
      return requestTokens(body).catch((error: unknown) => {
        if (error instanceof OAuthFailure) throw error
        return requestTokens(body)
      })
    },
  }
}
