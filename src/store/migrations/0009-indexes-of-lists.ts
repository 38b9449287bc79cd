/** Adds indexes for the lists of sessions and of audit events. */
import { sql } from 'kysely'
import type { MigrationOf } from './column-types.ts'

export const migration: MigrationOf = () => ({
  async up(db) {
    await sql`create index audit_events_by_user_and_kind
      on audit_events (user_id, kind, event_id)`.execute(db)
    await sql`create index audit_events_by_actor_and_kind
      on audit_events (actor_id, kind, event_id)`.execute(db)
    await sql`drop index sessions_by_user`.execute(db)
    await sql`create index sessions_by_user on sessions (user_id)`.execute(db)
    await sql`create index live_sessions on sessions (user_id, created_at, session_id)
      where ended_at is null`.execute(db)
    await sql`create index ended_sessions on sessions (ended_at) where ended_at is not null`.execute(
      db,
    )
  },
})
