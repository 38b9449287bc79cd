/** Adds what a repeated refresh is judged by: the network of the last refresh, and which successor of the previous token is current. */
import { sql } from 'kysely'
import type { MigrationOf } from './column-types.ts'

export const migration: MigrationOf = ({ text, integer }) => ({
  async up(db) {
    await sql`alter table sessions add column rotated_from ${text}`.execute(db)
    await sql`alter table sessions add column successor_number ${integer} not null default 0`.execute(
      db,
    )
    await sql`alter table audit_events add column user_agent ${text}`.execute(db)
  },
})
