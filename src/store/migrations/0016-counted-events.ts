/** Adds the number of like events that an audit event stands for, and leaves events without an actor out of the indexes of actors. */
import { sql } from 'kysely'
import type { MigrationOf } from './column-types.ts'

export const migration: MigrationOf = ({ integer }) => ({
  async up(db) {
    await sql`alter table audit_events add column count ${integer} not null default 1`.execute(db)
    await sql`drop index audit_events_by_actor`.execute(db)
    await sql`drop index audit_events_by_actor_and_kind`.execute(db)
    await sql`create index audit_events_by_actor on audit_events (actor_id, event_id)
      where actor_id is not null`.execute(db)
    await sql`create index audit_events_by_actor_and_kind
      on audit_events (actor_id, kind, event_id) where actor_id is not null`.execute(db)
  },
})
