/** The refusals of the token endpoint, by their names in RFC 6749 §5.2. */
import { type Fault, Refusal } from '../contract/refusal.ts'

export class InvalidRequest extends Refusal {
  constructor(message: string) {
    super(400, 'invalid_request', message)
  }
}

/** One text for every reason: whoever guesses learns nothing. The challenge is owed to RFC 9110 §15.5.2. */
export class InvalidClient extends Refusal {
  constructor(cause: string) {
    super(401, 'invalid_client', 'Client authentication failed', {
      headers: { 'WWW-Authenticate': 'Basic realm="tessera"' },
      cause,
    })
  }
}

/** Wrong credentials. 401 with the tutorial's challenge, or 400 without one (RFC 6749 §5.2) where that is set. */
export class WrongCredentials extends Refusal {
  constructor(status: 400 | 401, cause: string) {
    const headers = status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}
    super(status, 'invalid_grant', 'Incorrect username or password', { headers, cause })
  }
}

export class InvalidGrant extends Refusal {
  constructor(message: string) {
    super(400, 'invalid_grant', message)
  }
}

/** An account that is disabled: the password was right. */
export class InactiveUser extends InvalidGrant {
  constructor() {
    super('Inactive user')
  }
}

export class UnauthorizedClient extends Refusal {
  constructor(message: string) {
    super(400, 'unauthorized_client', message)
  }
}

export class UnsupportedGrantType extends Refusal {
  constructor(grantTypes: readonly string[]) {
    const supported = `The grants of this server are: ${grantTypes.join(', ')}`
    super(400, 'unsupported_grant_type', supported)
  }
}

/** What was asked for is in the faults, which the log does not repeat: somebody may have put a token there. */
export class InvalidScope extends Refusal {
  constructor(message: string, faults: readonly Fault[] = []) {
    super(400, 'invalid_scope', message, { faults })
  }
}
