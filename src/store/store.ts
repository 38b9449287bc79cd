/** The store: a SQLite or PostgreSQL database, with one file per table. */
import type { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import type { Database } from '../config/config.ts'
import { type Attempts, attemptsTable } from './attempts.ts'
import { type AuditEvents, auditEventsTable } from './audit-events.ts'
import { type Clients, clientsTable } from './clients.ts'
import { type Copied, CopyError, copyTables } from './copy.ts'
import { type Items, itemsTable } from './items.ts'
import { migrate } from './migrate.ts'
import { sqliteTypes } from './migrations/column-types.ts'
import { ping } from './ping.ts'
import { migrateAsOwner, openPool, type PostgresOptions, postgresDialect } from './postgres.ts'
import { migrateWithRetry, type OnWait } from './postgres-migration.ts'
import { prepareWith } from './prepared.ts'
import type { Schema, UnixMs } from './schema.ts'
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
  /** Applies the missing migrations and returns their names. Calls `onWait` once if they have to wait. */
  migrate(onWait?: OnWait): Promise<string[]>
  /** Throws a `StoreUnavailable` if the database does not respond or does not accept writes. */
  ping(): Promise<void>
  /** The time of the database; undefined if it uses the clock of this machine. */
  clock(): Promise<UnixMs | undefined>
  close(): Promise<void>
}

/** A command waits for a slow database. */
const commandOptions: PostgresOptions = { maxConnections: 2, requestTimeouts: false }

/** `options` apply to PostgreSQL only. */
export function openStore(database: Database, options = commandOptions): Store {
  const { db, applyMissing, replaceConnections, close } = connectTo(database, options)
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
    ping: () => ping(database, db, replaceConnections),
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

/** Not `now()`, which is constant in a transaction. */
async function databaseClock(db: Kysely<Schema>): Promise<UnixMs | undefined> {
  const clock = sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`
  const row = await db.selectNoFrom(clock.as('now')).executeTakeFirst()
  return row?.now
}

/** On a connection of its own, which waits for a migration by another server however long it takes. */
async function migrateWithoutTimeouts(database: Database, onWait: OnWait): Promise<string[]> {
  const store = openStore(database)
  try {
    return await store.migrate(onWait)
  } finally {
    await store.close()
  }
}

/** Migrates both databases, then copies all rows into the target, which must be empty. Throws a `CopyError`. */
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

/** What a server writes to a SQLite file after the copy is lost: no server may use it. PostgreSQL is not checked. */
function connectExclusively(database: Database): Connected {
  if (database.kind === 'postgres') return connectTo(database, commandOptions)
  const file = openSqlite(database.file)
  if (lockExclusively(file)) return connectToFile(file)
  file.close()
  throw new CopyError(`${database.file} is in use by another process: stop its servers first`)
}

interface Connected {
  readonly db: Kysely<Schema>
  /** See `Store.migrate`. */
  applyMissing(onWait?: OnWait): Promise<string[]>
  /** Connects to the primary, if the server has become a standby. */
  replaceConnections(): void
  close(): Promise<void>
}

function connectTo(database: Database, options: PostgresOptions): Connected {
  if (database.kind === 'sqlite') return connectToFile(openSqlite(database.file))
  const pool = openPool(database.url, options)
  const close = async () => void (pool.ending || (await pool.end()))
  const db = new Kysely<Schema>({ dialect: postgresDialect(pool) })
  const applyMissing: Connected['applyMissing'] = (onWait = () => {}) =>
    migrateAsOwner(db, () => migrateWithRetry(db, onWait))
  return { db, applyMissing, replaceConnections: pool.replaceAll, close }
}

function connectToFile(file: DatabaseSync): Connected {
  const db = new Kysely<Schema>({ dialect: sqliteDialect(file) })
  const close = async () => void (file.isOpen && file.close())
  return {
    db,
    applyMissing: () => migrate(db, sqliteTypes),
    replaceConnections: () => {},
    close,
  }
}
