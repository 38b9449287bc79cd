/** GET /notes: the notes of the caller, oldest first, page by page. */
import { noStore } from '@tessera-oauth/server'
import type { Handler, Services } from './handler.ts'
import { noteBody } from './note-body.ts'

export const listNotes =
  ({ db, page }: Services): Handler<'listNotes'> =>
  async ({ principal: { user }, query }, respond, refuse) => {
    const notes = db.selectFrom('app_notes').selectAll().where('user_id', '=', user.userId)
    const { rows, next } = await page(notes, {
      list: ['listNotes', user.userId],
      orderBy: ['created_at', 'note_id'],
      query,
      refuse,
    })
    return respond[200]({
      headers: noStore,
      body: { items: rows.map(noteBody), ...(next && { next }) },
    })
  }
