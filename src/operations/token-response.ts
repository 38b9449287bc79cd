/** The response with new tokens (RFC 6749 §5.1). */
import type { TokenResponse } from '../../generated/api.ts'
import type { Config } from '../config/config.ts'
import type { Granted } from '../oauth/grant.ts'
import { noStore } from './handler.ts'

const headers = { ...noStore, Pragma: 'no-cache' } as const

export function tokenResponse(
  { accessToken, scopes, refreshToken }: Granted,
  { accessTokenSeconds }: Pick<Config, 'accessTokenSeconds'>,
): { headers: typeof headers; body: TokenResponse } {
  const body: TokenResponse = {
    access_token: accessToken,
    token_type: 'bearer',
    expires_in: accessTokenSeconds,
    scope: scopes.join(' '),
    ...(refreshToken && { refresh_token: refreshToken }),
  }
  return { headers, body }
}
