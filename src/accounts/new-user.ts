/** Makes the row of a new account, for registration, the command line and import. */
import { InvalidSetting } from '../config/config.ts'
import { newId } from '../keys/secrets.ts'
import type { UnixMs } from '../store/schema.ts'
import type { UserRow } from '../store/user-row.ts'
import { emptyProfile, type Profile } from './profile.ts'

export interface NewUser extends Partial<Profile> {
  readonly username: string
  readonly passwordHash: string
  readonly scopes: readonly string[]
  readonly disabled?: boolean
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

/** Whether the text has the form of a user id. A username may have it too: the id takes precedence. */
export function isUserId(text: string): boolean {
  return /^u_[\w-]{22}$/.test(text)
}

/** The scopes that the names or patterns select; `*` stands for any text. Throws an `InvalidSetting` if one selects none. */
export function selectedScopes(
  scopes: readonly string[],
  patterns: readonly string[],
  { place, owner }: { readonly place: string; readonly owner: string },
): readonly string[] {
  const matches = (scope: string, pattern: string) =>
    new RegExp(`^${pattern.split('*').map(RegExp.escape).join('.*')}$`).test(scope)
  const useless = patterns.find((pattern) => !scopes.some((scope) => matches(scope, pattern)))
  if (useless !== undefined)
    throw new InvalidSetting(
      `${place}: ${useless} is no scope of ${owner}: use ${scopes.join(' ')}`,
    )
  return scopes.filter((scope) => patterns.some((pattern) => matches(scope, pattern)))
}
