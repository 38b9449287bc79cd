/** The refusals of a bearer token, by their names in RFC 6750 §3.1, and the challenge that each carries. */

import { AuditedRefusal } from '../audit/audited-refusal.ts'
import { Refusal } from '../contract/refusal.ts'

type Parameters = Readonly<Record<string, string>>

/** Each names the metadata of this API (RFC 9728 §5.1): a client that knows nothing finds the way to a token from there. */
function challenge(metadata: string, parameters: Parameters = {}): { 'WWW-Authenticate': string } {
  const pairs = Object.entries({ resource_metadata: metadata, ...parameters })
  return {
    'WWW-Authenticate': `Bearer ${pairs.map(([name, value]) => `${name}="${value}"`).join(', ')}`,
  }
}

/** No token at all: RFC 6750 §3 wants no error code then. */
export class NotAuthenticated extends Refusal {
  constructor(metadata: string) {
    super(401, 'not_authenticated', 'Not authenticated', { headers: challenge(metadata) })
  }
}

/** An `Authorization` header that is malformed. */
export class InvalidAuthorization extends Refusal {
  constructor(metadata: string) {
    super(400, 'invalid_request', 'The Authorization header is malformed', {
      headers: challenge(metadata, { error: 'invalid_request' }),
    })
  }
}

/** A token that is malformed, expired, revoked, not ours, or of an account that is gone. */
export class InvalidToken extends Refusal {
  constructor(metadata: string, cause: unknown) {
    super(401, 'invalid_token', 'Could not validate credentials', {
      headers: challenge(metadata, { error: 'invalid_token' }),
      cause,
    })
  }
}

/** The seed answers so where the account was disabled after the token was issued. */
export class InactiveUser extends Refusal {
  constructor() {
    super(400, 'inactive_user', 'Inactive user')
  }
}

export class InsufficientScope extends AuditedRefusal {
  constructor(metadata: string, required: readonly string[], missing: readonly string[]) {
    const lacked = missing.join(' ')
    super(
      [403, 'insufficient_scope', `The token lacks the scope ${lacked}`],
      { kind: 'access_denied', detail: `lacks ${lacked}` },
      {
        headers: challenge(metadata, { error: 'insufficient_scope', scope: required.join(' ') }),
      },
    )
  }
}
