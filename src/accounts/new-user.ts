/** Makes the row of a new account, for registration, the command line and import. */
import { newId } from '../keys/secrets.ts'
import type { UnixMs } from '../store/schema.ts'
import type { UserRow } from '../store/user-row.ts'
import { emptyProfile, type Profile } from './profile.ts'

export interface NewUser extends Partial<Profile> {
  readonly username: string
  readonly passwordHash: string
  readonly scopes: readonly string[]
  readonly disabled?: boolean
}

export function newUser(
  { username, passwordHash, scopes, disabled = false, ...profile }: NewUser,
  now: UnixMs,
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

/** Whether the text has the form of a user id. A username may have it too: the id takes precedence. */
export function isUserId(text: string): boolean {
  return /^u_[\w-]{22}$/.test(text)
}

/** The scopes of a new account unless others are given: those for the account itself and its items. */
export function defaultScopes(declared: readonly string[]): readonly string[] {
  return declared.filter((scope) => /^(me|items):/.test(scope))
}
