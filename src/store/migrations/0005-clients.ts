/** Creates the table of registered clients. */
import { sql } from 'kysely'
import type { MigrationOf } from './column-types.ts'

export const migration: MigrationOf = ({ text, integer, strict }) => ({
  async up(db) {
    await sql`create table clients (
      client_id ${text} primary key,
      secret_hash ${text},
      grants ${text} not null,
      scopes ${text},
      may_introspect ${integer} not null,
      disabled ${integer} not null,
      created_at ${integer} not null
    ) ${strict}`.execute(db)
  },
})
