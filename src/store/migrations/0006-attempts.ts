/** Creates the tables of counted failures. */
import { sql } from 'kysely'
import type { MigrationOf } from './column-types.ts'

export const migration: MigrationOf = ({ text, integer, strict }) => ({
  async up(db) {
    await sql`create table attempts (
      key ${text} primary key,
      failures ${integer} not null,
      expires_at ${integer} not null
    ) ${strict}`.execute(db)
    await sql`create table attempted_passwords (
      key ${text} not null,
      mac ${text} not null,
      expires_at ${integer} not null,
      primary key (key, mac)
    ) ${strict}`.execute(db)
    await sql`create table login_addresses (
      key ${text} primary key,
      expires_at ${integer} not null
    ) ${strict}`.execute(db)
  },
})
