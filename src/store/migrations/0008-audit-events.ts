/** Creates the audit trail. */
import { sql } from 'kysely'
import type { MigrationOf } from './column-types.ts'

export const migration: MigrationOf = ({ text, integer, strict }) => ({
  async up(db) {
    await sql`create table audit_events (
      event_id ${text} primary key,
      kind ${text} not null,
      origin ${text} not null,
      user_id ${text},
      actor_id ${text},
      client_id ${text},
      session_id ${text},
      address ${text},
      detail ${text},
      created_at ${integer} not null
    ) ${strict}`.execute(db)
    await sql`create index audit_events_by_user on audit_events (user_id, event_id)`.execute(db)
    await sql`create index audit_events_by_actor on audit_events (actor_id, event_id)`.execute(db)
    await sql`create index audit_events_by_kind on audit_events (kind, event_id)`.execute(db)
    await sql`alter table attempts add column reported ${integer} not null default 0`.execute(db)
  },
})
