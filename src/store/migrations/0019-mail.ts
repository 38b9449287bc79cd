/** Adds verified e-mail addresses, the language of accounts, mailed proofs, and an outbox with topics. */
import { sql } from 'kysely'
import type { MigrationOf } from './column-types.ts'

export const migration: MigrationOf = ({ text, integer, strict }) => ({
  async up(db) {
    await sql`alter table users add column email_verified ${integer} not null default 0`.execute(db)
    await sql`alter table users add column verified_email_key ${text}`.execute(db)
    await sql`alter table users add column locale ${text}`.execute(db)
    await sql`create unique index users_by_verified_email on users (verified_email_key)`.execute(db)
    await sql`create table proofs (
      proof_id ${text} primary key,
      kind ${text} not null,
      user_id ${text} not null references users (user_id) on delete cascade,
      email ${text} not null,
      created_at ${integer} not null,
      expires_at ${integer} not null
    ) ${strict}`.execute(db)
    await sql`create index proofs_by_user on proofs (user_id)`.execute(db)
    await sql`create index proofs_by_expiry on proofs (expires_at)`.execute(db)
    await sql`drop index outbox_by_due`.execute(db)
    await sql`create index outbox_by_due on outbox (topic, due_at)`.execute(db)
    await sql`create index outbox_by_attempts on outbox (topic, attempts, due_at)`.execute(db)
    await sql`create index outbox_by_age on outbox (topic, message_id)`.execute(db)
  },
})
