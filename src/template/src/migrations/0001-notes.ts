/** Creates the table of notes. A migration that has run on a real database never changes: add another. */
import { type Migration, sql } from '@tessera-oauth/server'

export const notes: Migration = ({ text, integer, strict }) => ({
  async up(db) {
    await sql`create table app_notes (
      note_id ${text} primary key,
      user_id ${text} not null references users on delete cascade,
      text ${text} not null,
      created_at ${integer} not null
    ) ${strict}`.execute(db)
    await sql`create index app_notes_of_users on app_notes (user_id, created_at, note_id)`.execute(
      db,
    )
  },
})
