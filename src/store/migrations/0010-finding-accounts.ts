/** An account is found by its address, and by a name with `ẞ` in it. */
import { type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'
import { usernameKey } from '../user-row.ts'
import type { MigrationOf } from './column-types.ts'

export const migration: MigrationOf = () => ({
  async up(db) {
    await sql`create index users_by_email on users (lower(email), username_key)`.execute(db)
    await foldAnew(db)
  },
})

/** `ẞ` is `ss` now. Where two names become one, the first of them keeps it, and the other has to be given another. */
async function foldAnew(db: Kysely<Schema>): Promise<void> {
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
