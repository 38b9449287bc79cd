/** Asks callers for their password again before a change that could take over the account (OWASP ASVS 5.0 §7.5.1). */

import { AuditedRefusal } from '../audit/audited-refusal.ts'
import { BadRequest, Refusal } from '../contract/refusal.ts'
import { aboutCaller, admit, type Caller } from '../oauth/caller.ts'
import { hangUpOf } from '../oauth/hang-up.ts'
import type { Origin } from '../oauth/sessions.ts'
import type { IsRightPassword } from '../passwords/password-check.ts'
import { maxPasswordBytes } from '../passwords/passwords.ts'
import type { StoredCaller } from '../store/sessions.ts'

/** RFC 9110 §15.5.4. */
const wrongPassword = [403, 'wrong_password', 'The current password is wrong'] as const

type Asked = Pick<Caller, 'user' | 'clientId' | 'sessionId'>

/** Throws a 403. A wrong password is counted as a failed login is, and costs one hash; one that is too long, neither. */
export async function requireCurrentPassword(
  { isRightPassword }: { readonly isRightPassword: IsRightPassword },
  caller: Asked,
  password: string,
  origin: Origin,
): Promise<void> {
  if (Buffer.byteLength(password) > maxPasswordBytes) throw tooLong()
  const { username, passwordHash } = caller.user
  const isRight = await isRightPassword({
    username,
    password,
    storedHash: passwordHash,
    about: aboutCaller(caller, origin),
    detail: 'wrong current password',
    signal: hangUpOf(origin),
  })
  if (!isRight) throw new Refusal(...wrongPassword)
}

/**
 * In the transaction of the change: the caller is still admitted, and has the password that was verified. Throws what `admit`
 * throws, and a 403.
 */
export function requireUnchanged(
  { admission, user }: Pick<Caller, 'admission' | 'user'>,
  stored: StoredCaller | undefined,
): void {
  const { passwordHash } = admit(admission, stored).user
  const event = { kind: 'login_failed', detail: 'changed meanwhile' } as const
  if (passwordHash !== user.passwordHash) throw new AuditedRefusal(wrongPassword, event)
}

function tooLong(): BadRequest {
  const detail = `must have at most ${maxPasswordBytes} bytes`
  const faults = [{ in: 'body', pointer: '/current_password', detail }] as const
  return new BadRequest('The request is invalid', { faults })
}
