/** Adds indexes for the deletion of idle sessions and of expired rows. */
import { sql } from 'kysely'
import type { MigrationOf } from './column-types.ts'

const tables = ['revoked_tokens', 'attempts', 'attempted_passwords', 'login_addresses']

export const migration: MigrationOf = () => ({
  async up(db) {
    await sql`create index idle_sessions on sessions (idle_expires_at) where ended_at is null`.execute(
      db,
    )
    for (const table of tables)
      await sql`create index ${sql.ref(`${table}_by_expiry`)} on ${sql.table(table)} (expires_at)`.execute(
        db,
      )
  },
})
