/** What /token answers, checked before anything of it is kept: it may come from something else than the server. */
import type { TokenResponse } from '../../generated/api.ts'

/** Less than the contract promises: what a session can begin with (RFC 6749 §5.1). */
export type Granted = Omit<TokenResponse, 'expires_in' | 'scope'> &
  Partial<Pick<TokenResponse, 'expires_in' | 'scope'>>

export function isGranted(answer: unknown): answer is Granted {
  if (typeof answer !== 'object' || answer === null) return false
  const { access_token, token_type, expires_in, scope, refresh_token }: Answered = answer
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

type Answered = { readonly [Name in keyof TokenResponse]?: unknown }

const isLifetime = (value: unknown): boolean =>
  typeof value === 'number' && Number.isFinite(value) && value > 0
