/** Creates the table of items. */
import { sql } from 'kysely'
import type { MigrationOf } from './column-types.ts'

export const migration: MigrationOf = ({ text, integer, strict }) => ({
  async up(db) {
    await sql`create table items (
      owner_id ${text} not null references users on delete cascade,
      item_id ${text} not null,
      created_at ${integer} not null,
      primary key (owner_id, item_id)
    ) ${strict}`.execute(db)
  },
})
