/** Creates the table of messages that are to be delivered: audit events, if someone listens to them. */
import { sql } from 'kysely'
import type { MigrationOf } from './column-types.ts'

export const migration: MigrationOf = ({ text, integer, strict }) => ({
  async up(db) {
    await sql`create table outbox (
      message_id ${text} primary key,
      topic ${text} not null,
      body ${text} not null,
      attempts ${integer} not null,
      due_at ${integer} not null,
      created_at ${integer} not null
    ) ${strict}`.execute(db)
    await sql`create index outbox_by_due on outbox (due_at)`.execute(db)
  },
})
