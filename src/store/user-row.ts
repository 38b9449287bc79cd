/** Converts an account between its row and the form that the server uses. */
import { domainToASCII } from 'node:url'
import type { Selectable } from 'kysely'
import type { UnixMs, UsersTable } from './schema.ts'

export interface Account {
  readonly userId: string
  readonly username: string
  readonly email: string | undefined
  /** Whether the account has proved that it receives mails at `email`. */
  readonly emailVerified: boolean
  readonly fullName: string | undefined
  /** BCP 47: the language of its mails. */
  readonly locale: string | undefined
  /** The id in the system from which the account was imported. */
  readonly externalId: string | undefined
  readonly disabled: boolean
  readonly scopes: readonly string[]
  readonly createdAt: UnixMs
  /** Incremented by every change of what the API shows of the account. */
  readonly version: number
}

export interface UserRow extends Account {
  readonly passwordHash: string
}

/** An account with this scope can administer other accounts if it is enabled and can get in. */
export const administratorScope = 'users:write'

/** The same for equivalent names: `Alice`, `alice` and `ａｌｉｃｅ`. Upper case in between makes `ß` and `ẞ` equal to `SS`. */
export function usernameKey(username: string): string {
  const folded = username.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase()
  return folded.normalize('NFKC')
}

/** One `@` with something before it. `domainToASCII` is a parser of URLs: it cuts off or decodes what begins with the others. */
const formOfAddress = /^(?<local>[^@]+)@(?<domain>[^@/?#%:\\\s]+)$/u

/**
 * The same for spellings of an address that lead to one mailbox in practice: the local part without case, the domain in ASCII
 * (RFC 5890). `undefined` for a text that has not the form of an address, or an invalid domain.
 */
export function emailKey(email: string): string | undefined {
  const { local = '', domain = '' } = formOfAddress.exec(email)?.groups ?? {}
  const ascii = domainToASCII(domain)
  return ascii ? `${local.normalize('NFC').toLowerCase()}@${ascii}` : undefined
}

export function userOf(row: Selectable<UsersTable>): UserRow {
  return {
    userId: row.user_id,
    username: row.username,
    email: row.email ?? undefined,
    emailVerified: row.email_verified === 1,
    fullName: row.full_name ?? undefined,
    locale: row.locale ?? undefined,
    externalId: row.external_id ?? undefined,
    passwordHash: row.password_hash,
    disabled: row.disabled === 1,
    scopes: row.scopes.split(' ').filter(Boolean),
    createdAt: row.created_at,
    version: row.version,
  }
}

/** The type requires every column. */
const columns: { readonly [Column in keyof UsersTable]: Column } = {
  user_id: 'user_id',
  username: 'username',
  username_key: 'username_key',
  email: 'email',
  email_verified: 'email_verified',
  verified_email_key: 'verified_email_key',
  full_name: 'full_name',
  locale: 'locale',
  external_id: 'external_id',
  password_hash: 'password_hash',
  disabled: 'disabled',
  scopes: 'scopes',
  administers: 'administers',
  created_at: 'created_at',
  version: 'version',
}

export const userColumns = Object.values(columns)

export function rowOf(user: UserRow): UsersTable {
  const verifiedKey = verifiedEmailKey(user)
  return {
    user_id: user.userId,
    username: user.username,
    username_key: usernameKey(user.username),
    email: user.email ?? null,
    email_verified: verifiedKey === undefined ? 0 : 1,
    verified_email_key: verifiedKey ?? null,
    full_name: user.fullName ?? null,
    locale: user.locale ?? null,
    external_id: user.externalId ?? null,
    password_hash: user.passwordHash,
    disabled: user.disabled ? 1 : 0,
    scopes: user.scopes.join(' '),
    administers: isAdministrator(user) ? 1 : 0,
    created_at: user.createdAt,
    version: user.version,
  }
}

/** Undefined if the account has no verified address. */
export function verifiedEmailKey({ email, emailVerified }: UserRow): string | undefined {
  return emailVerified && email !== undefined ? emailKey(email) : undefined
}

/** Without a password, an account needs a verified address, to which the mail of a reset goes. */
export function isAdministrator(user: UserRow): boolean {
  const canGetIn = user.passwordHash !== '' || verifiedEmailKey(user) !== undefined
  return canGetIn && !user.disabled && user.scopes.includes(administratorScope)
}
