/** Removes reservations: only failures are counted. */
import { sql } from 'kysely'
import type { MigrationOf } from './column-types.ts'

export const migration: MigrationOf = () => ({
  async up(db) {
    await sql`alter table attempts drop column undecided`.execute(db)
    await sql`alter table attempts drop column undecided_until`.execute(db)
  },
})
