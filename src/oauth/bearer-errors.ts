/** The errors of bearer authentication (RFC 6750 §3.1), with their challenges. */

import type { About } from '../audit/audit.ts'
import { AuditedError } from '../audit/audited-error.ts'
import { HttpError } from '../http-error.ts'

type Parameters = Readonly<Record<string, string>>

export interface Challenge {
  readonly 'WWW-Authenticate': string
}

/** Names the metadata of this API (RFC 9728 §5.1), from which a client without configuration finds the token endpoint. */
function challenge(metadata: string, parameters: Parameters = {}): Challenge {
  const pairs = Object.entries({ resource_metadata: metadata, ...parameters })
  return {
    'WWW-Authenticate': `Bearer ${pairs.map(([name, value]) => `${name}="${value}"`).join(', ')}`,
  }
}

/** The request has no token, so the challenge has no error code (RFC 6750 §3). */
export class NotAuthenticated extends HttpError<401, 'not_authenticated', Challenge> {
  constructor(metadata: string) {
    super(401, 'not_authenticated', 'Not authenticated', { headers: challenge(metadata) })
  }
}

export class InvalidAuthorization extends HttpError<400, 'invalid_request', Challenge> {
  constructor(metadata: string, detail = 'The Authorization header is malformed') {
    super(400, 'invalid_request', detail, {
      headers: challenge(metadata, { error: 'invalid_request' }),
    })
  }
}

/** The token is malformed, expired, revoked or from a different issuer, or its account was deleted. */
export class InvalidToken extends HttpError<401, 'invalid_token', Challenge> {
  constructor(metadata: string, cause: unknown) {
    super(401, 'invalid_token', 'Could not validate credentials', {
      headers: challenge(metadata, { error: 'invalid_token' }),
      cause,
    })
  }
}

/** The tutorial's response if the account was disabled after the token was issued. */
export class InactiveCaller extends HttpError<400, 'inactive_user'> {
  constructor() {
    super(400, 'inactive_user', 'Inactive user')
  }
}

export class InsufficientScope extends AuditedError<403, 'insufficient_scope', Challenge> {
  constructor(
    metadata: string,
    required: readonly string[],
    missing: readonly string[],
    { userId, clientId, sessionId }: Pick<About, 'userId' | 'clientId' | 'sessionId'>,
  ) {
    const lacking = missing.join(' ')
    super(
      [403, 'insufficient_scope', `The token lacks the scope ${lacking}`],
      { kind: 'access_denied', detail: `lacks ${lacking}`, userId, clientId, sessionId },
      {
        headers: challenge(metadata, { error: 'insufficient_scope', scope: required.join(' ') }),
      },
    )
  }
}
