/** A product that is built on ours: notes in a table, and a nickname for each account in a table of its own. */
import { sql } from 'kysely'
import { type Can, when } from '#contract'
import { type CreateServerOptions, createServer } from '../../src/create-server.ts'
import { newId } from '../../src/keys/secrets.ts'
import type { MigrationOf } from '../../src/store/migrations/column-types.ts'
import { type NotesApi, notesContract } from './notes-contract.ts'

export interface NotesTables {
  app_notes: { note_id: string; owner_id: string; text: string; created_at: number }
  app_profiles: { user_id: string; nickname: string }
  app_farewells: { farewell_id: string; user_id: string; notes: number; said_at: number }
}

const notes: MigrationOf = ({ text, integer, strict }) => ({
  async up(db) {
    await sql`create table app_notes (
      note_id ${text} primary key,
      owner_id ${text} not null references users on delete cascade,
      text ${text} not null,
      created_at ${integer} not null
    ) ${strict}`.execute(db)
    await sql`create index app_notes_by_owner on app_notes (owner_id, created_at)`.execute(db)
  },
})

const profiles: MigrationOf = ({ text, integer, strict }) => ({
  async up(db) {
    await sql`create table app_profiles (
      user_id ${text} primary key references users on delete cascade,
      nickname ${text} not null
    ) ${strict}`.execute(db)
    await sql`create table app_farewells (
      farewell_id ${text} primary key,
      user_id ${text} not null,
      notes ${integer} not null,
      said_at ${integer} not null
    ) ${strict}`.execute(db)
  },
})

class TooManyNotes extends Error {}

export const notesOptions: CreateServerOptions<NotesApi, NotesTables> = {
  name: 'notes',
  version: '3.2.1',
  description: 'Keeps notes.',
  contract: notesContract(),
  defaultScopes: ['me:*', 'notes:read'],
  migrations: { '0001-notes': notes, '0002-profiles': profiles },
  async onAccountDeleted(tx, userId, { now, newId, log }) {
    const mine = tx.selectFrom('app_notes').where('owner_id', '=', userId)
    const { count } = await mine
      .select((e) => e.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    const farewell = { farewell_id: newId('f'), user_id: userId, notes: count, said_at: now() }
    await tx.insertInto('app_farewells').values(farewell).execute()
    log.info({ userId }, 'farewell')
  },
  refusals: {
    createNote: [
      when(TooManyNotes, ({ message }, refuse: Can<409, 'too_many_notes'>) =>
        refuse[409]('too_many_notes', message),
      ),
    ],
  },
  handlers: ({ db, transaction, now }) => ({
    async listNotes({ principal }, respond) {
      const rows = await db
        .selectFrom('app_notes')
        .select('text')
        .where('owner_id', '=', principal.user.userId)
        .orderBy('created_at')
        .execute()
      return respond[200]({ headers: {}, body: rows.map(({ text }) => text) })
    },

    async createNote({ principal, body: { text } }, respond) {
      if (text === 'one too many') throw new TooManyNotes('Delete some first')
      const note = { note_id: newId('n'), owner_id: principal.user.userId, text, created_at: now() }
      await db.insertInto('app_notes').values(note).execute()
      return respond[201]({ headers: {}, body: { text } })
    },

    /** A field of its own on an account: `users` is joined to the table that has it. */
    async readProfile({ principal }, respond) {
      const profile = await db
        .selectFrom('users')
        .leftJoin('app_profiles', 'app_profiles.user_id', 'users.user_id')
        .select(['users.username', 'app_profiles.nickname'])
        .where('users.user_id', '=', principal.user.userId)
        .executeTakeFirstOrThrow()
      const { username, nickname } = profile
      return respond[200]({ headers: {}, body: { username, ...(nickname && { nickname }) } })
    },

    async changeNickname({ principal, body: { text: nickname } }, respond) {
      const { userId, username } = principal.user
      await transaction(async (tx) => {
        await tx
          .insertInto('app_profiles')
          .values({ user_id: userId, nickname })
          .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ nickname }))
          .execute()
      })
      return respond[200]({ headers: {}, body: { username, nickname } })
    },

    readMotto: (_request, respond) =>
      respond[200]({ headers: {}, body: { text: `It is ${now() > 0}.` } }),
  }),
}

export const notesServer = createServer(notesOptions)
