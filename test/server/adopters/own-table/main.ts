/** Notes of accounts, in a table of its own. */
import { createServer, type Migration, newId, noStore, sql } from '@tessera-oauth/server'
import { type Api, contract } from './generated/contract.ts'

interface Tables {
  app_notes: { note_id: string; owner_id: string; text: string }
}

const notes: Migration = ({ text, strict }) => ({
  async up(db) {
    await sql`create table app_notes (
      note_id ${text} primary key,
      owner_id ${text} not null references users on delete cascade,
      text ${text} not null
    ) ${strict}`.execute(db)
  },
})

await createServer<Api, Tables>({
  name: 'notes',
  contract,
  source: new URL('openapi.yaml', import.meta.url),
  defaultScopes: ['me:*', 'notes:*'],
  migrations: { '0001-notes': notes },
  handlers: ({ db }) => ({
    async listNotes({ principal }, respond) {
      const rows = await db
        .selectFrom('app_notes')
        .select('text')
        .where('owner_id', '=', principal.user.userId)
        .execute()
      return respond[200]({ headers: noStore, body: rows.map(({ text }) => text) })
    },

    async createNote({ principal, body: { text } }, respond) {
      const note = { note_id: newId('n'), owner_id: principal.user.userId, text }
      await db.insertInto('app_notes').values(note).execute()
      return respond[200]({ headers: noStore, body: { text } })
    },
  }),
}).cli()
