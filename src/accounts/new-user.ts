/** Makes the row of a new account, for registration, administrators, the command line and imports. */
import { newId } from '../keys/secrets.ts'
import type { UnixMs } from '../store/schema.ts'
import type { UserRow } from '../store/user-row.ts'
import { emptyProfile, type Profile } from './profile.ts'

export interface NewUser extends Partial<Profile> {
  readonly username: string
  readonly passwordHash: string
  readonly scopes: readonly string[]
  readonly disabled?: boolean | undefined
  /** Whether `email` is known to be the account's. */
  readonly emailVerified?: boolean | undefined
  readonly externalId?: string | undefined
  /** Absent: now. */
  readonly createdAt?: UnixMs | undefined
}

export function newUser(given: NewUser, now: UnixMs): UserRow {
  const { email, emailVerified = false, externalId, disabled = false, createdAt } = given
  return {
    userId: newId('u'),
    ...emptyProfile,
    ...given,
    emailVerified: emailVerified && email !== undefined,
    externalId,
    disabled,
    scopes: [...new Set(given.scopes)],
    createdAt: createdAt ?? now,
    version: 1,
  }
}
