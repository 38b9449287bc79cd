/** The store: one database, and what can be asked of it, a file per table. */
import type { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import type { Database } from '../config/config.ts'
import { type Attempts, attemptsTable } from './attempts.ts'
import { type AuditEvents, auditEventsTable } from './audit-events.ts'
import { type Clients, clientsTable } from './clients.ts'
import { type Copied, copyTables, NotCopied } from './copy.ts'
import { type Items, itemsTable } from './items.ts'
import { migrate } from './migrate.ts'
import { sqliteTypes } from './migrations/column-types.ts'
import { ping } from './ping.ts'
import { migrateAsOwner, openPool, type PostgresOptions, postgresDialect } from './postgres.ts'
import { migrateWithRetry } from './postgres-migration.ts'
import { prepareWith } from './prepared.ts'
import type { Schema } from './schema.ts'
import { type Sessions, sessionsTable } from './sessions.ts'
import { type StoredSigningKeys, signingKeysTable } from './signing-keys.ts'
import { lockExclusively, openSqlite, sqliteDialect } from './sqlite.ts'
import { openReader, type Reader } from './sqlite-reader.ts'
import { type Users, usersTable } from './users.ts'

export interface Store {
  readonly users: Users
  readonly clients: Clients
  readonly sessions: Sessions
  readonly attempts: Attempts
  readonly items: Items
  readonly signingKeys: StoredSigningKeys
  readonly auditEvents: AuditEvents
  /** Applies the migrations that are missing, and names them. Where they have to wait, `onWait` is told once what for. */
  migrate(onWait?: (forWhat: string) => void): Promise<string[]>
  /** Resolves where the database answers and can be written. Throws a `StoreUnavailable`. */
  ping(): Promise<void>
  /** The database's own time, in milliseconds since 1970. Nothing where that is the clock of this machine. */
  clock(): Promise<number | undefined>
  close(): Promise<void>
}

const commandOptions: PostgresOptions = { connections: 2, requestTimeouts: false }

/** The options are for a PostgreSQL; those of a command, unless they are given, which takes its time. */
export function openStore(database: Database, options = commandOptions): Store {
  const { db, applyMissing, close } = connectTo(database, options)
  const reader = readerOf(database, db)
  return {
    users: usersTable(db),
    clients: clientsTable(db, reader.prepare),
    sessions: sessionsTable(db, reader.prepare),
    attempts: attemptsTable(db),
    items: itemsTable(db),
    signingKeys: signingKeysTable(db),
    auditEvents: auditEventsTable(db),
    migrate: (onWait = () => {}) =>
      database.kind === 'postgres' && options.requestTimeouts
        ? migrateWithoutTimeouts(database, onWait)
        : applyMissing(onWait),
    ping: () => ping(database, db),
    clock: async () => (database.kind === 'postgres' ? await databaseClock(db) : undefined),
    close: async () => {
      reader.close()
      await close()
    },
  }
}

function readerOf(database: Database, db: Kysely<Schema>): Reader {
  if (database.kind === 'sqlite') return openReader(database.file, db)
  return { prepare: prepareWith(db), close: () => {} }
}

/** Not `now()`, which stands still in a transaction. */
async function databaseClock(db: Kysely<Schema>): Promise<number | undefined> {
  const clock = sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`
  const row = await db.selectNoFrom(clock.as('now')).executeTakeFirst()
  return row?.now
}

/** On a connection that onWait for the others who migrate, however long they take. */
async function migrateWithoutTimeouts(
  database: Database,
  onWait: (forWhat: string) => void,
): Promise<string[]> {
  const patient = openStore(database)
  try {
    return await patient.migrate(onWait)
  } finally {
    await patient.close()
  }
}

/** Everything into a database that is empty; both are brought to this version first. Throws a `NotCopied`. */
export async function copyStore(
  source: Database,
  target: Database,
  progress: (rows: number) => void,
): Promise<Copied[]> {
  const [from, to] = [connectExclusively(source), connectTo(target, commandOptions)]
  try {
    for (const { applyMissing } of [from, to]) await applyMissing()
    return await copyTables(from.db, to.db, progress)
  } finally {
    await from.close()
    await to.close()
  }
}

/** What a server wrote to a SQLite file after it was read would be lost: it must have none. A PostgreSQL is not asked. */
function connectExclusively(database: Database): Connected {
  if (database.kind === 'postgres') return connectTo(database, commandOptions)
  const file = openSqlite(database.file)
  if (lockExclusively(file)) return connectToFile(file)
  file.close()
  throw new NotCopied(`another process has ${database.file} open: stop its servers first`)
}

interface Connected {
  readonly db: Kysely<Schema>
  /** The migrations, which it names; `onWait` is told what they wait for. */
  applyMissing(onWait?: (forWhat: string) => void): Promise<string[]>
  close(): Promise<void>
}

function connectTo(database: Database, options: PostgresOptions): Connected {
  if (database.kind === 'sqlite') return connectToFile(openSqlite(database.file))
  const pool = openPool(database.url, options)
  const close = async () => void (pool.ending || (await pool.end()))
  const db = new Kysely<Schema>({ dialect: postgresDialect(pool) })
  const applyMissing: Connected['applyMissing'] = (onWait = () => {}) =>
    migrateAsOwner(db, () => migrateWithRetry(db, onWait))
  return { db, applyMissing, close }
}

function connectToFile(file: DatabaseSync): Connected {
  const db = new Kysely<Schema>({ dialect: sqliteDialect(file) })
  const close = async () => void (file.isOpen && file.close())
  return { db, applyMissing: () => migrate(db, sqliteTypes), close }
}
