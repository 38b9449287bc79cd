/** Scopes (RFC 6749 §3.3): what a token opens. */
import { InvalidScope } from './oauth-errors.ts'

/** RFC 6749 App. A.4: %x21 / %x23-5B / %x5D-7E. */
const scopeToken = /^[\x21\x23-\x5B\x5D-\x7E]+$/

/** The scopes to grant: those asked for, or all that are held. Throws where one of those asked for is not held. */
export function grantedScopes(
  asked: string | undefined,
  held: readonly string[],
): readonly string[] {
  if (asked === undefined) return held
  const scopes = [...new Set(asked.split(' ').filter(Boolean))]
  if (scopes.length === 0 || !scopes.every((scope) => scopeToken.test(scope)))
    throw new InvalidScope('The scope is malformed')
  const refused = scopes.filter((scope) => !held.includes(scope))
  if (refused.length > 0) {
    const detail = `is unknown, or not held: ${refused.join(' ')}`
    throw new InvalidScope('The scope is unknown, or not held', [
      { in: 'body', pointer: '/scope', detail },
    ])
  }
  return scopes
}
