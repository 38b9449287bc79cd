/**
 * Imports accounts in one short transaction. They are first staged in temporary tables of the connection: reading them takes no
 * lock on the accounts, and no memory.
 */
import { type Kysely, sql } from 'kysely'
import { type AuditEventRow, eventRowOf } from './audit-events.ts'
import { messagesOf } from './event-messages.ts'
import type { AuditEventsTable, OutboxTable, Schema, UsersTable } from './schema.ts'
import { inTransaction } from './transaction.ts'
import { rowOf, type UserRow, userColumns, usernameKey } from './user-row.ts'

export type StagedUsers = ReturnType<typeof stagedUsers>

export interface StagedUser {
  readonly line: number
  readonly user: UserRow
}

export interface TakenLine {
  readonly line: number
  readonly taken: 'username' | 'email'
}

type StagingTables = {
  staged_users: UsersTable & { line: number }
  staged_events: AuditEventsTable
  staged_messages: OutboxTable
}

type Staging = Kysely<Schema & StagingTables>

/** Rows of one statement. SQLite accepts 32,766 values in one. */
const maxRows = 200

class TakenMeanwhile extends Error {}

/** Drops the staged accounts when `work` ends. */
export function withStagedUsers(
  db: Kysely<Schema>,
  work: (staged: StagedUsers) => Promise<void>,
): Promise<void> {
  return db.connection().execute(async (connection) => {
    const staging: Staging = connection.withTables<StagingTables>()
    await createTables(staging)
    try {
      await work(stagedUsers(staging))
    } finally {
      for (const table of ['staged_users', 'staged_events', 'staged_messages'])
        await staging.schema.dropTable(table).execute()
    }
  })
}

async function createTables(db: Staging): Promise<void> {
  await sql`create temporary table staged_users as
    select users.*, 0 as line from users limit 0`.execute(db)
  for (const column of ['username_key', 'verified_email_key', 'user_id'])
    await sql`create unique index ${sql.ref(`staged_users_by_${column}`)}
      on staged_users (${sql.ref(column)})`.execute(db)
  await sql`create temporary table staged_events as select * from audit_events limit 0`.execute(db)
  await sql`create temporary table staged_messages as select * from outbox limit 0`.execute(db)
}

function stagedUsers(db: Staging) {
  return {
    /** Stages up to 200 accounts. Skips and returns those whose username or verified address is taken, in the store or by an earlier line. */
    async stage(users: readonly StagedUser[]): Promise<TakenLine[]> {
      const [first] = users
      if (!first) return []
      const inserted = await db
        .insertInto('staged_users')
        .values(users.map(({ line, user }) => ({ ...rowOf(user), line })))
        .onConflict((conflict) => conflict.doNothing())
        .returning('line')
        .execute()
      const staged = new Set(inserted.map(({ line }) => line))
      const repeated = users.filter(({ line }) => !staged.has(line))
      return [...(await takenEarlier(repeated)), ...(await takenFrom(first.line))]
    },

    /** Drops and returns the staged accounts whose username or verified address has been taken in the store since. */
    dropTaken: () => takenFrom(0),

    /** The number of staged accounts, after `addAll` too, that have no password. */
    async countWithoutPassword(): Promise<number> {
      const { count } = await db
        .selectFrom('staged_users')
        .select((e) => e.fn.countAll<number>().as('count'))
        .where('password_hash', '=', '')
        .executeTakeFirstOrThrow()
      return count
    },

    /** Adds all staged accounts with an event each. False, and adds none, if one of them has been taken since. */
    async addAll(eventOf: (userId: string) => AuditEventRow): Promise<boolean> {
      await stageEvents(eventOf)
      try {
        await inTransaction(db, addStaged)
        return true
      } catch (error) {
        if (!(error instanceof TakenMeanwhile)) throw error
        return false
      }
    },
  }

  /** What each has in common with an earlier line. */
  async function takenEarlier(repeated: readonly StagedUser[]): Promise<TakenLine[]> {
    if (repeated.length === 0) return []
    const keyed = repeated.map(({ line, user }) => ({ line, key: usernameKey(user.username) }))
    const rows = await db
      .selectFrom('staged_users')
      .select('username_key')
      .where('username_key', 'in', [...keyed.map(({ key }) => key)])
      .execute()
    const names = new Set(rows.map(({ username_key }) => username_key))
    return keyed.map(({ line, key }) => ({ line, taken: names.has(key) ? 'username' : 'email' }))
  }

  /** By the accounts of the store, in the order of the lines. */
  async function takenFrom(first: number): Promise<TakenLine[]> {
    const names = await dropTaken('username_key', 'username', first)
    const addresses = await dropTaken('verified_email_key', 'email', first)
    return [...names, ...addresses].sort((a, b) => a.line - b.line)
  }

  async function dropTaken(
    column: 'username_key' | 'verified_email_key',
    taken: TakenLine['taken'],
    first: number,
  ): Promise<TakenLine[]> {
    const dropped = await db
      .deleteFrom('staged_users')
      .where('line', '>=', first)
      .where(column, 'in', db.selectFrom('users').select(column))
      .returning('line')
      .execute()
    return dropped.map(({ line }) => ({ line, taken }))
  }

  async function stageEvents(eventOf: (userId: string) => AuditEventRow): Promise<void> {
    await db.deleteFrom('staged_events').execute()
    await db.deleteFrom('staged_messages').execute()
    let after = ''
    for (;;) {
      const rows = await db
        .selectFrom('staged_users')
        .select('user_id')
        .where('user_id', '>', after)
        .orderBy('user_id')
        .limit(maxRows)
        .execute()
      if (rows.length === 0) return
      const events = rows.map(({ user_id }) => eventOf(user_id))
      await db.insertInto('staged_events').values(events.map(eventRowOf)).execute()
      const messages = messagesOf(db, events)
      if (messages.length > 0) await db.insertInto('staged_messages').values(messages).execute()
      after = rows.at(-1)?.user_id ?? after
    }
  }
}

/** Inserts in index order, which shortens the time of the write lock. */
async function addStaged(tx: Staging): Promise<void> {
  const users = await tx
    .insertInto('users')
    .columns(userColumns)
    .expression(tx.selectFrom('staged_users').select(userColumns).orderBy('user_id'))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  const events = await tx
    .insertInto('audit_events')
    .expression(tx.selectFrom('staged_events').selectAll().orderBy('event_id'))
    .executeTakeFirst()
  await tx
    .insertInto('outbox')
    .expression(tx.selectFrom('staged_messages').selectAll().orderBy('message_id'))
    .execute()
  if (users.numInsertedOrUpdatedRows !== events.numInsertedOrUpdatedRows) throw new TakenMeanwhile()
}
