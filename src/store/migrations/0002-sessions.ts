/** Creates the tables of sessions and of revoked access tokens. */
import { sql } from 'kysely'
import type { MigrationOf } from './column-types.ts'

export const migration: MigrationOf = ({ text, integer, strict }) => ({
  async up(db) {
    await sql`create table sessions (
      session_id ${text} primary key,
      user_id ${text} not null references users on delete cascade,
      client_id ${text} not null,
      scopes ${text} not null,
      user_agent ${text},
      address ${text},
      created_at ${integer} not null,
      last_used_at ${integer} not null,
      expires_at ${integer} not null,
      idle_expires_at ${integer} not null,
      ended_at ${integer},
      family_hash ${text} unique,
      refresh_hash ${text},
      previous_hash ${text},
      rotated_at ${integer}
    ) ${strict}`.execute(db)
    await sql`create index sessions_by_user on sessions (user_id)`.execute(db)
    await sql`create index sessions_by_expiry on sessions (expires_at)`.execute(db)
    await sql`create table revoked_tokens (
      jti ${text} primary key,
      expires_at ${integer} not null
    ) ${strict}`.execute(db)
  },
})
