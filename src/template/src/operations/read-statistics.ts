/** GET /statistics: the number of notes of all accounts, for everybody. */
import { noStore } from '@tessera-oauth/server'
import type { Handler, Services } from './handler.ts'

export const readStatistics =
  ({ db }: Services): Handler<'readStatistics'> =>
  async (_request, respond) => {
    const { notes } = await db
      .selectFrom('app_notes')
      .select((e) => e.fn.countAll<number>().as('notes'))
      .executeTakeFirstOrThrow()
    return respond[200]({ headers: noStore, body: { notes } })
  }
