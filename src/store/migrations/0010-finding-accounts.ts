/** Adds an index for finding accounts by email address, and folds `ß` in usernames to `ss`. */
import { type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'
import { usernameKey } from '../user-row.ts'
import type { MigrationOf } from './column-types.ts'

export const migration: MigrationOf = () => ({
  async up(db) {
    await sql`create index users_by_email on users (lower(email), username_key)`.execute(db)
    await foldSharpS(db)
  },
})

/** Oldest account first: an account whose new key is taken keeps its old key. */
async function foldSharpS(db: Kysely<Schema>): Promise<void> {
  const users = await db
    .selectFrom('users')
    .select(['user_id', 'username'])
    .where('username_key', 'like', '%ß%')
    .orderBy('created_at')
    .execute()
  for (const { user_id, username } of users) {
    const key = usernameKey(username)
    const namesake = db.selectFrom('users').select('user_id').where('username_key', '=', key)
    if (await namesake.executeTakeFirst()) continue
    await db
      .updateTable('users')
      .set({ username_key: key })
      .where('user_id', '=', user_id)
      .execute()
  }
}
