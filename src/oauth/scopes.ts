/** Scopes (RFC 6749 §3.3): what a token allows. */
import { InvalidScope } from './oauth-errors.ts'

/** RFC 6749 App. A.4: %x21 / %x23-5B / %x5D-7E. */
const scopeToken = /^[\x21\x23-\x5B\x5D-\x7E]+$/

/** The requested scopes, or all allowed ones if none are requested. Throws an `InvalidScope` if one is not allowed. */
export function grantedScopes(
  requested: string | undefined,
  allowed: readonly string[],
): readonly string[] {
  if (requested === undefined) return allowed
  const scopes = [...new Set(requested.split(' ').filter(Boolean))]
  if (scopes.length === 0 || !scopes.every((scope) => scopeToken.test(scope)))
    throw new InvalidScope('The scope is malformed')
  const refused = scopes.filter((scope) => !allowed.includes(scope))
  if (refused.length > 0) {
    const detail = `is unknown or not allowed: ${refused.join(' ')}`
    throw new InvalidScope('The scope is unknown or not allowed', [
      { in: 'body', pointer: '/scope', detail },
    ])
  }
  return scopes
}
