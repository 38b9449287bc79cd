/** GET /notes/{note_id}: a note of the caller. */
import { noStore } from '@tessera-oauth/server'
import type { Handler, Services } from './handler.ts'
import { noteBody } from './note-body.ts'

export const readNote =
  ({ db }: Services): Handler<'readNote'> =>
  async ({ principal: { user }, path }, respond, refuse) => {
    const note = await db
      .selectFrom('app_notes')
      .selectAll()
      .where('note_id', '=', path.note_id)
      .where('user_id', '=', user.userId)
      .executeTakeFirst()
    if (!note) throw refuse[404]('not_found', 'Not found')
    return respond[200]({ headers: noStore, body: noteBody(note) })
  }
