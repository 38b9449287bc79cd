/** POST /notes: creates a note of the caller. */
import { noStore } from '@tessera-oauth/server'
import type { Handler, Services } from './handler.ts'
import { noteBody } from './note-body.ts'

export const createNote =
  ({ db, now, newId, basePath }: Services): Handler<'createNote'> =>
  async ({ principal: { user }, body: { text } }, respond) => {
    const note = { note_id: newId('note'), user_id: user.userId, text, created_at: now() }
    await db.insertInto('app_notes').values(note).execute()
    const Location = `${basePath}/notes/${note.note_id}`
    return respond[201]({ headers: { ...noStore, Location }, body: noteBody(note) })
  }
