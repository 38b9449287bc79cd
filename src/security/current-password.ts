/** Asks a caller for his password again before what could take the account from him (OWASP ASVS 5.0 §7.5.1). */
import { Refusal } from '../contract/refusal.ts'
import type { Store } from '../store/store.ts'
import type { Audit } from './audit.ts'
import type { Caller } from './bearer.ts'
import type { LoginAttempts } from './login-attempts.ts'
import { verifyFor } from './password-grant.ts'
import type { Passwords } from './passwords.ts'
import type { Origin } from './sessions.ts'

/** What is known is not enough: RFC 9110 §15.5.4. */
export class WrongPassword extends Refusal {
  constructor() {
    super(403, 'wrong_password', 'The current password is wrong')
  }
}

export interface CurrentPasswordOptions {
  readonly store: Pick<Store, 'users'>
  readonly passwords: Passwords
  readonly loginAttempts: LoginAttempts
  readonly audit: Audit
}

/** Throws a `WrongPassword`. A wrong one is counted as a failed login is, and costs one hash. */
export async function requireCurrentPassword(
  { passwords, loginAttempts, audit }: CurrentPasswordOptions,
  { user, clientId, sessionId }: Pick<Caller, 'user' | 'clientId' | 'sessionId'>,
  password: string,
  origin: Origin,
): Promise<void> {
  const about = { userId: user.userId, clientId, sessionId, address: origin.ip }
  const attempt = await loginAttempts.begin(user.username, about)
  if (await verifyFor(origin, passwords, password, user.passwordHash, attempt)) {
    return await attempt.succeeded()
  }
  await attempt.failed(password)
  await audit.record('login_failed', { ...about, detail: 'wrong current password' })
  throw new WrongPassword()
}
