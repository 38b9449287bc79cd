/** Converts an account between its row and the form that the server uses. */
import type { Selectable } from 'kysely'
import type { UnixMs, UsersTable } from './schema.ts'

export interface Account {
  readonly userId: string
  readonly username: string
  readonly email: string | undefined
  readonly fullName: string | undefined
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

/** An enabled account with this scope can administer other accounts. */
export const administratorScope = 'users:write'

/** The same for equivalent names: `Alice`, `alice` and `ａｌｉｃｅ`. Upper case in between makes `ß` and `ẞ` equal to `SS`. */
export function usernameKey(username: string): string {
  const folded = username.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase()
  return folded.normalize('NFKC')
}

export function userOf(row: Selectable<UsersTable>): UserRow {
  return {
    userId: row.user_id,
    username: row.username,
    email: row.email ?? undefined,
    fullName: row.full_name ?? undefined,
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
  full_name: 'full_name',
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
  return {
    user_id: user.userId,
    username: user.username,
    username_key: usernameKey(user.username),
    email: user.email ?? null,
    full_name: user.fullName ?? null,
    external_id: user.externalId ?? null,
    password_hash: user.passwordHash,
    disabled: user.disabled ? 1 : 0,
    scopes: user.scopes.join(' '),
    administers: isAdministrator(user) ? 1 : 0,
    created_at: user.createdAt,
    version: user.version,
  }
}

export function isAdministrator({
  disabled,
  scopes,
}: Pick<UserRow, 'disabled' | 'scopes'>): boolean {
  return !disabled && scopes.includes(administratorScope)
}
