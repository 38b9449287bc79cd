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
  /** Ends his sessions too. False where there is no such user. */
  disable(username: string, now: number): Promise<boolean>
  /** Ends his sessions too. False where there is no such user. */
  changePassword(username: string, passwordHash: string, now: number): Promise<boolean>
  /** With all that is his. False where there is no such user. */
  remove(username: string): Promise<boolean>
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

    disable: (username, now) => change(username, { disabled: 1 }, now),

    changePassword: (username, passwordHash, now) =>
      change(username, { password_hash: passwordHash }, now),

    async remove(username) {
      const removed = await db
        .deleteFrom('users')
        .where('username_key', '=', usernameKey(username))
        .executeTakeFirst()
      return removed.numDeletedRows === 1n
    },
  }

  /** Changes a user and ends his sessions, both or neither. */
  function change(username: string, to: Partial<UsersTable>, now: number): Promise<boolean> {
    return db.transaction().execute(async (tx) => {
      const changed = await tx
        .updateTable('users')
        .set(to)
        .where('username_key', '=', usernameKey(username))
        .returning('user_id')
        .executeTakeFirst()
      if (!changed) return false
      await tx
        .updateTable('sessions')
        .set({ ended_at: now })
        .where('user_id', '=', changed.user_id)
        .where('ended_at', 'is', null)
        .execute()
      return true
    })
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
