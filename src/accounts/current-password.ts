/** Requires the current password before a change that could take over the account (OWASP ASVS 5.0 §7.5.1). */

import { AuditedError } from '../audit/audited-error.ts'
import { HttpError } from '../http-error.ts'
import { aboutCaller, authorize, type Caller } from '../oauth/caller.ts'
import { disconnectSignal } from '../oauth/disconnect.ts'
import type { RequestContext } from '../oauth/sessions.ts'
import type { PasswordCheck } from '../passwords/password-check.ts'
import { maxPasswordBytes } from '../passwords/passwords.ts'
import type { StoredCaller } from '../store/callers.ts'
import { usernameKey } from '../store/user-row.ts'

/** Not 401: the token is accepted, but is not sufficient (RFC 9110 §15.5.4). */
const wrongPassword = [403, 'wrong_password', 'The current password is wrong'] as const

export class WrongPassword extends HttpError<403, 'wrong_password'> {
  constructor() {
    super(...wrongPassword)
  }
}

/** The password was right when it was checked. */
export class PasswordChanged extends AuditedError<403, 'wrong_password'> {
  constructor() {
    const detail = 'password changed during the request'
    super(wrongPassword, { kind: 'login_failed', detail })
  }
}

export class PasswordTooLong extends HttpError<400, 'invalid_request'> {
  constructor() {
    const detail = `must have at most ${maxPasswordBytes} bytes`
    const faults = [{ in: 'body', pointer: '/current_password', detail }] as const
    super(400, 'invalid_request', 'The request is invalid', { faults })
  }
}

/** Throws a 403 for a wrong password, which counts as a failed login, and a 400 for one that is too long, which is not hashed. */
export async function requireCurrentPassword(
  { checkPassword }: { readonly checkPassword: PasswordCheck },
  caller: Pick<Caller, 'user' | 'clientId' | 'sessionId'>,
  password: string,
  context: RequestContext,
): Promise<void> {
  if (Buffer.byteLength(password) > maxPasswordBytes) throw new PasswordTooLong()
  const { username, passwordHash } = caller.user
  const isRight = await checkPassword({
    name: usernameKey(username),
    password,
    storedHash: passwordHash,
    about: aboutCaller(caller, context),
    detail: 'wrong current password',
    signal: disconnectSignal(context),
  })
  if (!isRight) throw new WrongPassword()
}

/**
 * Checks, inside the transaction of the change, that the caller is still authorized and still has the verified password. Throws
 * what `authorize` throws, or a 403.
 */
export function requireUnchanged(
  { accessCheck, user }: Pick<Caller, 'accessCheck' | 'user'>,
  stored: StoredCaller | undefined,
): void {
  const { passwordHash } = authorize(accessCheck, stored).user
  if (passwordHash !== user.passwordHash) throw new PasswordChanged()
}
