/** The two grants of /token (RFC 6749 §4.3, §6). */
import type { TokenRequest } from '../../generated/api.ts'
import type { Calls } from './calls.ts'
import { OAuthFailure, UnexpectedAnswer } from './failures.ts'
import { type Granted, isGranted } from './granted.ts'

type Grant<Given> = (given: Given) => Promise<Granted>

export function tokenGrants(POST: Calls['POST']): {
  readonly passwordGrant: Grant<Pick<TokenRequest, 'username' | 'password' | 'scope'>>
  readonly refreshGrant: Grant<string>
} {
  async function ask(body: TokenRequest): Promise<Granted> {
    const { data, response } = await POST('/token', { body })
    if (!isGranted(data)) throw new UnexpectedAnswer(response)
    return data
  }

  return {
    passwordGrant: (credentials) => ask({ grant_type: 'password', ...credentials }),
    /** The server rotates the token: if its answer is lost, asking again at once has it repeated, asking later is taken for theft. */
    async refreshGrant(refresh_token) {
      const body = { grant_type: 'refresh_token', refresh_token }
      return ask(body).catch((error: unknown) => {
        if (error instanceof OAuthFailure) throw error
        return ask(body)
      })
    },
  }
}
