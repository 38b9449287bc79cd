/** DELETE /notes/{note_id}: deletes a note of the caller. */
import { noStore } from '@tessera-oauth/server'
import type { Handler, Services } from './handler.ts'

export const deleteNote =
  ({ db }: Services): Handler<'deleteNote'> =>
  async ({ principal: { user }, path }, respond, refuse) => {
    const { numDeletedRows } = await db
      .deleteFrom('app_notes')
      .where('note_id', '=', path.note_id)
      .where('user_id', '=', user.userId)
      .executeTakeFirst()
    if (numDeletedRows === 0n) throw refuse[404]('not_found', 'Not found')
    return respond[204]({ headers: noStore })
  }
