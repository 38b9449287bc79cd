/** Creates the table of the keys that sign access tokens. */
import { sql } from 'kysely'
import type { MigrationOf } from './column-types.ts'

export const migration: MigrationOf = ({ text, integer, strict }) => ({
  async up(db) {
    await sql`create table signing_keys (
      kid ${text} primary key,
      alg ${text} not null,
      public_jwk ${text} not null,
      private_jwe ${text} not null,
      created_at ${integer} not null,
      signs_from ${integer} not null,
      retires_at ${integer}
    ) ${strict}`.execute(db)
  },
})
