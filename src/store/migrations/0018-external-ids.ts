/** Adds the ids that accounts had in the system from which they were imported, with an index for finding them. */
import { sql } from 'kysely'
import type { MigrationOf } from './column-types.ts'

export const migration: MigrationOf = ({ text }) => ({
  async up(db) {
    await sql`alter table users add column external_id ${text}`.execute(db)
    await sql`create index users_by_external_id on users (external_id, username_key)
      where external_id is not null`.execute(db)
  },
})
