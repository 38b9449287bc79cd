/** Adds versions of rows, administrators with their lock, and the texts of items. */
import { sql } from 'kysely'
import type { MigrationOf } from './column-types.ts'

export const migration: MigrationOf = ({ text, integer, strict }) => ({
  async up(db) {
    await sql`alter table users add column version ${integer} not null default 1`.execute(db)
    await sql`alter table users add column administers ${integer} not null default 0`.execute(db)
    await sql`update users set administers = 1
      where disabled = 0 and ' ' || scopes || ' ' like '% users:write %'`.execute(db)
    await sql`create index users_who_administer on users (user_id) where administers = 1`.execute(
      db,
    )
    await sql`create table locks (name ${text} primary key, taken ${integer} not null) ${strict}`.execute(
      db,
    )
    await sql`insert into locks (name, taken) values ('administrators', 0)`.execute(db)
    await sql`alter table items add column title ${text}`.execute(db)
    await sql`alter table items add column description ${text}`.execute(db)
    await sql`alter table items add column version ${integer} not null default 1`.execute(db)
    await sql`create index items_by_age on items (owner_id, created_at, item_id)`.execute(db)
    await sql`drop index sessions_by_user`.execute(db)
    await sql`create index sessions_by_user on sessions (user_id, created_at, session_id)`.execute(
      db,
    )
  },
})
