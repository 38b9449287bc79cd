/** The accounts. */
import type { Kysely, Selectable } from 'kysely'
import type { Schema, UsersTable } from './schema.ts'

export interface UserRow {
  readonly userId: string
  readonly username: string
  readonly email: string | undefined
  readonly fullName: string | undefined
  readonly passwordHash: string
  readonly disabled: boolean
  readonly scopes: readonly string[]
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

export interface Users {
  byName(username: string): Promise<UserRow | undefined>
  /** In the order of their names. */
  list(): Promise<UserRow[]>
  /** False where the name is taken. */
  add(user: UserRow): Promise<boolean>
  /** False where there is no such user. */
  disable(username: string): Promise<boolean>
}

export function usersTable(db: Kysely<Schema>): Users {
  return {
    async byName(username) {
      const row = await db
        .selectFrom('users')
        .selectAll()
        .where('username_key', '=', usernameKey(username))
        .executeTakeFirst()
      return row && userOf(row)
    },

    async list() {
      const rows = await db.selectFrom('users').selectAll().orderBy('username_key').execute()
      return rows.map(userOf)
    },

    async add(user) {
      const added = await db
        .insertInto('users')
        .values(rowOf(user))
        .onConflict((conflict) => conflict.column('username_key').doNothing())
        .executeTakeFirst()
      return added.numInsertedOrUpdatedRows === 1n
    },

    async disable(username) {
      const changed = await db
        .updateTable('users')
        .set({ disabled: 1 })
        .where('username_key', '=', usernameKey(username))
        .executeTakeFirst()
      return changed.numUpdatedRows === 1n
    },
  }
}

/** Names that look alike are one: `Alice`, `alice` and `ａｌｉｃｅ`. Upper case first, so that `ß` meets `SS`. */
export function usernameKey(username: string): string {
  return username.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
}

export function userOf(row: Selectable<UsersTable>): UserRow {
  return {
    userId: row.user_id,
    username: row.username,
    email: row.email ?? undefined,
    fullName: row.full_name ?? undefined,
    passwordHash: row.password_hash,
    disabled: row.disabled === 1,
    scopes: row.scopes.split(' ').filter(Boolean),
    createdAt: row.created_at,
  }
}

function rowOf(user: UserRow): UsersTable {
  return {
    user_id: user.userId,
    username: user.username,
    username_key: usernameKey(user.username),
    email: user.email ?? null,
    full_name: user.fullName ?? null,
    password_hash: user.passwordHash,
    disabled: user.disabled ? 1 : 0,
    scopes: user.scopes.join(' '),
    created_at: user.createdAt,
  }
}
