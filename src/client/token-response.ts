/** Checks the response of /token before any of it is stored: it may come from a proxy and not from the server. */
import type { TokenResponse } from '../../generated/api.ts'

/** What a session needs (RFC 6749 §5.1): less than the contract promises. */
export type IssuedTokens = Omit<TokenResponse, 'expires_in' | 'scope'> &
  Partial<Pick<TokenResponse, 'expires_in' | 'scope'>>

export function isTokenResponse(body: unknown): body is IssuedTokens {
  if (typeof body !== 'object' || body === null) return false
  const { access_token, token_type, expires_in, scope, refresh_token }: Unchecked = body
  return (
    isToken(access_token) &&
    typeof token_type === 'string' &&
    token_type.toLowerCase() === 'bearer' &&
    (expires_in === undefined || isLifetime(expires_in)) &&
    (scope === undefined || typeof scope === 'string') &&
    (refresh_token === undefined || isToken(refresh_token))
  )
}

/** Visible ASCII: what a header can carry (RFC 6749, appendix A.12). */
export const isToken = (value: unknown): value is string =>
  typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)

type Unchecked = { readonly [Name in keyof TokenResponse]?: unknown }

const isLifetime = (value: unknown): boolean =>
  typeof value === 'number' && Number.isFinite(value) && value > 0
