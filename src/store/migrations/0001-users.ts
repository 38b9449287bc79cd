/** Creates the table of accounts. */
import { sql } from 'kysely'
import type { MigrationOf } from './column-types.ts'

export const migration: MigrationOf = ({ text, integer, strict }) => ({
  async up(db) {
    await sql`create table users (
      user_id ${text} primary key,
      username ${text} not null,
      username_key ${text} not null unique,
      email ${text},
      full_name ${text},
      password_hash ${text} not null,
      disabled ${integer} not null,
      scopes ${text} not null,
      created_at ${integer} not null
    ) ${strict}`.execute(db)
  },
})
