/** A new account, by registration, on the command line, or from a file. */
import { newId } from '../keys/secrets.ts'
import type { UserRow } from '../store/user-row.ts'
import { emptyProfile, type Profile } from './profile.ts'

export interface NewUser extends Partial<Profile> {
  readonly username: string
  readonly passwordHash: string
  readonly scopes: readonly string[]
  /** Absent: enabled. */
  readonly disabled?: boolean
}

/** `now` in milliseconds since 1970. */
export function newUser(
  { username, passwordHash, scopes, disabled = false, ...profile }: NewUser,
  now: number,
): UserRow {
  return {
    userId: newId('u'),
    username,
    ...emptyProfile,
    ...profile,
    passwordHash,
    disabled,
    scopes: [...new Set(scopes)],
    createdAt: now,
    version: 1,
  }
}

/** Whether the text looks like an id of `newUser`. A username may look so too: where both fit, it is the id. */
export function isUserId(text: string): boolean {
  return /^u_[\w-]{22}$/.test(text)
}

/** The scopes of an account that is given no others: those of the account itself and of its items. */
export function defaultScopes(declared: readonly string[]): readonly string[] {
  return declared.filter((scope) => /^(me|items):/.test(scope))
}
