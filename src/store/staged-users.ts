/**
 * Accounts that are staged one by one and added all at once. Until then they are in temporary tables of this connection: no lock
 * is held while they are read, however long that takes, and they take no memory.
 */
import type { Kysely } from 'kysely'
import { type AuditEventRow, eventRowOf } from './audit-events.ts'
import type { AuditEventsTable, Schema, UsersTable } from './schema.ts'
import { inTransaction } from './transaction.ts'
import { rowOf, type UserRow, userColumns } from './user-row.ts'

export interface StagedUsers {
  /** Takes up to 200. Leaves out usernames that are taken, in the store or by an earlier line; returns their lines. */
  stage(some: readonly StagedUser[]): Promise<number[]>
  /** Drops those whose usernames have been taken in the store since; returns their lines. */
  dropTaken(): Promise<number[]>
  /** Adds all, with an event each. False where a username has been taken meanwhile; nothing is added then. */
  addAll(eventOf: (userId: string) => AuditEventRow): Promise<boolean>
}

export interface StagedUser {
  readonly line: number
  readonly user: UserRow
}

type StagingTables = {
  staged_users: UsersTable & { line: number }
  staged_events: AuditEventsTable
}

type Staging = Kysely<Schema & StagingTables>

/** Far below the 32,766 values that SQLite takes in one statement. */
const maxRows = 200

class UsernameConflict extends Error {}

/** What `work` has not added is dropped when it ends. */
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
      for (const table of ['staged_users', 'staged_events'])
        await staging.schema.dropTable(table).execute()
    }
  })
}

async function createTables(db: Staging): Promise<void> {
  const users = db.selectFrom('users').selectAll()
  const lined = users.select((e) => e.lit(0).as('line')).limit(0)
  await db.schema.createTable('staged_users').temporary().as(lined).execute()
  for (const column of ['username_key', 'user_id'])
    await db.schema
      .createIndex(`staged_users_by_${column}`)
      .on('staged_users')
      .unique()
      .column(column)
      .execute()
  const events = db.selectFrom('audit_events').selectAll().limit(0)
  await db.schema.createTable('staged_events').temporary().as(events).execute()
}

function stagedUsers(db: Staging): StagedUsers {
  return {
    async stage(some) {
      const [first] = some
      if (!first) return []
      const inserted = await db
        .insertInto('staged_users')
        .values(some.map(({ line, user }) => ({ ...rowOf(user), line })))
        .onConflict((conflict) => conflict.column('username_key').doNothing())
        .returning('line')
        .execute()
      const staged = new Set(inserted.map(({ line }) => line))
      for (const line of await takenFrom(first.line)) staged.delete(line)
      return some.map(({ line }) => line).filter((line) => !staged.has(line))
    },

    dropTaken: () => takenFrom(0),

    async addAll(eventOf) {
      await stageEvents(eventOf)
      try {
        await inTransaction(db, addStaged)
        return true
      } catch (error) {
        if (!(error instanceof UsernameConflict)) throw error
        return false
      }
    },
  }

  async function takenFrom(first: number): Promise<number[]> {
    const dropped = await db
      .deleteFrom('staged_users')
      .where('line', '>=', first)
      .where('username_key', 'in', db.selectFrom('users').select('username_key'))
      .returning('line')
      .execute()
    return dropped.map(({ line }) => line).sort((a, b) => a - b)
  }

  async function stageEvents(eventOf: (userId: string) => AuditEventRow): Promise<void> {
    await db.deleteFrom('staged_events').execute()
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
      const events = rows.map(({ user_id }) => eventRowOf(eventOf(user_id)))
      await db.insertInto('staged_events').values(events).execute()
      after = rows.at(-1)?.user_id ?? after
    }
  }
}

/** In the order of the indexes, which keeps the write lock short. */
async function addStaged(tx: Staging): Promise<void> {
  const users = await tx
    .insertInto('users')
    .columns(userColumns)
    .expression(tx.selectFrom('staged_users').select(userColumns).orderBy('user_id'))
    .onConflict((conflict) => conflict.column('username_key').doNothing())
    .executeTakeFirst()
  const events = await tx
    .insertInto('audit_events')
    .expression(tx.selectFrom('staged_events').selectAll().orderBy('event_id'))
    .executeTakeFirst()
  if (users.numInsertedOrUpdatedRows !== events.numInsertedOrUpdatedRows)
    throw new UsernameConflict()
}
