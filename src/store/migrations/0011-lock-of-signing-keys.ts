/** Adds the lock for adding a signing key. */
import { sql } from 'kysely'
import type { MigrationOf } from './column-types.ts'

export const migration: MigrationOf = () => ({
  async up(db) {
    await sql`insert into locks (name, taken) values ('signing keys', 0)`.execute(db)
  },
})
