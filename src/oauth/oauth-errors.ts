/** The errors of the token endpoint (RFC 6749 §5.2). */
import type { Fault } from '#contract'
import { HttpError } from '../http-error.ts'

export class InvalidRequest extends HttpError<400, 'invalid_request'> {
  constructor(message: string) {
    super(400, 'invalid_request', message)
  }
}

export interface ClientChallenge {
  readonly 'WWW-Authenticate': 'Basic realm="tessera"'
}

/** One text for every reason, so that guesses reveal nothing. RFC 9110 §15.5.2 requires the challenge. */
export class InvalidClient extends HttpError<401, 'invalid_client', ClientChallenge> {
  constructor(cause: string) {
    super(401, 'invalid_client', 'Client authentication failed', {
      headers: { 'WWW-Authenticate': 'Basic realm="tessera"' },
      cause,
    })
  }
}

/** 401 with the tutorial's challenge, or 400 without one (RFC 6749 §5.2) if INVALID_GRANT_STATUS is 400. */
export class WrongCredentials extends HttpError<400 | 401, 'invalid_grant'> {
  constructor(status: 400 | 401, cause: string) {
    super(status, 'invalid_grant', 'Incorrect username or password', { cause })
  }
}

export class InvalidGrant extends HttpError<400, 'invalid_grant'> {
  constructor(message: string) {
    super(400, 'invalid_grant', message)
  }
}

/** The account is disabled; its password or refresh token was right. */
export class InactiveUser extends InvalidGrant {
  constructor() {
    super('Inactive user')
  }
}

export class UnauthorizedClient extends HttpError<400, 'unauthorized_client'> {
  constructor(message: string) {
    super(400, 'unauthorized_client', message)
  }
}

export class UnsupportedGrantType extends HttpError<400, 'unsupported_grant_type'> {
  constructor(grantTypes: readonly string[]) {
    const supported = `Supported grants: ${grantTypes.join(', ')}`
    super(400, 'unsupported_grant_type', supported)
  }
}

/** The requested scopes are in the faults, which are not logged: a client could have sent a token as a scope. */
export class InvalidScope extends HttpError<400, 'invalid_scope'> {
  constructor(message: string, faults: readonly Fault[] = []) {
    super(400, 'invalid_scope', message, { faults })
  }
}
