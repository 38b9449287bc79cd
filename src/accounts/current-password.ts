/** Asks a caller for his password again before what could take the account from him (OWASP ASVS 5.0 §7.5.1). */

import type { Audit } from '../audit/audit.ts'
import { AuditedRefusal } from '../audit/audited-refusal.ts'
import { BadRequest } from '../contract/refusal.ts'
import { aboutCaller, admit, type Caller } from '../oauth/caller.ts'
import { hangUpOf, verifyFor } from '../oauth/password-grant.ts'
import type { Origin } from '../oauth/sessions.ts'
import { mostPasswordBytes, type Passwords } from '../passwords/passwords.ts'
import type { Caller as StoredCaller } from '../store/sessions.ts'
import type { Store } from '../store/store.ts'
import type { LoginAttempts } from '../throttling/login-attempts.ts'

/** What is known is not enough: RFC 9110 §15.5.4. */
export class WrongPassword extends AuditedRefusal {
  constructor(detail: string) {
    super([403, 'wrong_password', 'The current password is wrong'], {
      kind: 'login_failed',
      detail,
    })
  }
}

export interface CurrentPasswordOptions {
  readonly store: Pick<Store, 'users'>
  readonly passwords: Passwords
  readonly loginAttempts: LoginAttempts
  readonly audit: Audit
}

type Asked = Pick<Caller, 'user' | 'clientId' | 'sessionId'>

/** Throws a `WrongPassword`. A wrong one is counted as a failed login is, and costs one hash; one that is too long, neither. */
export async function requireCurrentPassword(
  { passwords, loginAttempts }: CurrentPasswordOptions,
  caller: Asked,
  password: string,
  origin: Origin,
): Promise<void> {
  if (Buffer.byteLength(password) > mostPasswordBytes) throw tooLong()
  const { username, passwordHash } = caller.user
  const hangUp = hangUpOf(origin)
  using attempt = await loginAttempts.begin(username, aboutCaller(caller, origin), hangUp)
  if (await verifyFor(hangUp, passwords, password, passwordHash, attempt)) {
    return await attempt.succeeded()
  }
  await attempt.failed(password)
  throw new WrongPassword('wrong current password')
}

/**
 * In the transaction of the change: he calls still, and has the password that he has proven. Throws what `admit` throws, and
 * a `WrongPassword`.
 */
export function requireUnchanged(
  { admission, user }: Pick<Caller, 'admission' | 'user'>,
  stored: StoredCaller | undefined,
): void {
  const { passwordHash } = admit(admission, stored).user
  if (passwordHash !== user.passwordHash) throw new WrongPassword('changed meanwhile')
}

function tooLong(): BadRequest {
  const detail = `must have at most ${mostPasswordBytes} bytes`
  const faults = [{ in: 'body', pointer: '/current_password', detail }] as const
  return new BadRequest('The request is invalid', { faults })
}
