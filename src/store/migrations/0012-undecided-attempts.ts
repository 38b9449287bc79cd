/** Adds reservations for logins whose outcome is unknown. */
import { sql } from 'kysely'
import type { MigrationOf } from './column-types.ts'

export const migration: MigrationOf = ({ integer }) => ({
  async up(db) {
    await sql`alter table attempts add column undecided ${integer} not null default 0`.execute(db)
    await sql`alter table attempts add column undecided_until ${integer} not null default 0`.execute(
      db,
    )
  },
})
