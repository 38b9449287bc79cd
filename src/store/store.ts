/** The store: a SQLite or PostgreSQL database, with one file per table. */
import type { DatabaseSync } from 'node:sqlite'
import { Kysely, sql, type Transaction } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Database } from '../config/config.ts'
import { type Attempts, attemptsTable } from './attempts.ts'
import { type AuditEventRow, type AuditEvents, auditEventsTable } from './audit-events.ts'
import { type Clients, clientsTable } from './clients.ts'
import { type Copied, CopyError, copyTables } from './copy.ts'
import { listen } from './event-messages.ts'
import { type Items, itemsTable } from './items.ts'
import { type Mails, mailsTable } from './mails.ts'
import { type Migrations, migrate } from './migrate.ts'
import { type ColumnTypes, postgresTypes, sqliteTypes } from './migrations/column-types.ts'
import { migrationsWith } from './migrations/list.ts'
import { eventIn, type Outbox, outboxTable } from './outbox.ts'
import { noOwnData, type OwnData } from './own-data.ts'
import { ownMigrationsFor } from './own-migrations.ts'
import { purgeOwnTables } from './own-tables.ts'
import { ping } from './ping.ts'
import { migrateAsOwner, openPool, type PostgresOptions, postgresDialect } from './postgres.ts'
import { migrateWithRetry, type OnWait } from './postgres-migration.ts'
import { prepareWith } from './prepared.ts'
import { type Proofs, proofsTable } from './proofs.ts'
import { purgeWith } from './purge.ts'
import type { Schema, UnixMs } from './schema.ts'
import { type Sessions, sessionsTable } from './sessions.ts'
import { type StoredSigningKeys, signingKeysTable } from './signing-keys.ts'
import { lockExclusively, openSqlite, sqliteDialect } from './sqlite.ts'
import { purgeInThread, type ThreadedPurge } from './sqlite-purge.ts'
import { openReader, type Reader } from './sqlite-reader.ts'
import { inTransaction } from './transaction.ts'
import { createScope, type TransactionScope } from './transaction-scope.ts'
import { createTurns } from './turns.ts'
import { type Users, usersTable } from './users.ts'

export interface Store {
  readonly users: Users
  readonly clients: Clients
  readonly sessions: Sessions
  readonly attempts: Attempts
  readonly items: Items
  readonly signingKeys: StoredSigningKeys
  readonly auditEvents: AuditEvents
  readonly proofs: Proofs
  /** Audit events, for own code that listens to them. */
  readonly outbox: Outbox<AuditEventRow>
  readonly mails: Mails
  /** For own tables: `ownAccess` gives it their types. */
  readonly db: Kysely<Schema>
  /** See `OwnAccess`. */
  transaction<Result>(
    work: (tx: Transaction<Schema>) => Promise<Result>,
    turn?: string,
  ): Promise<Result>
  /** Deletes the expired rows of own tables. */
  purgeOwn(now: UnixMs): Promise<void>
  /** Applies the missing migrations and returns their names. Calls `onWait` once if they have to wait. */
  migrate(onWait?: OnWait): Promise<string[]>
  /** Throws a `StoreUnavailable` if the database does not respond or does not accept writes. */
  ping(): Promise<void>
  /** The time of the database; undefined if it uses the clock of this machine. */
  clock(): Promise<UnixMs | undefined>
  /** The host and port of the last connection to PostgreSQL. */
  host(): string | undefined
  close(): Promise<void>
}

/** A command waits for a slow database. */
export const commandOptions: PostgresOptions = { maxConnections: 2, requestTimeouts: false }

/** `options` apply to PostgreSQL only. */
export function openStore(database: Database, options = commandOptions, own = noOwnData): Store {
  const connected = connectTo(database, options, own)
  const { db, types, scope, transaction, applyMissing, replaceConnections, host, close } = connected
  if (own.listens) listen(db, 'audit')
  if (own.mails) listen(db, 'mail')
  const reader = readerOf(database, db)
  const { purge, stop: stopPurge } = purgeOf(database, db)
  const inTurn = createTurns()
  return {
    users: usersTable(
      db,
      { ...own, onAccountDeleted: inScope(own.onAccountDeleted, scope) },
      inTurn,
    ),
    clients: clientsTable(db, reader.prepare),
    sessions: sessionsTable(db, reader.prepare, purge, inTurn),
    attempts: attemptsTable(db, purge, inTurn),
    items: itemsTable(db, inTurn),
    signingKeys: signingKeysTable(db),
    auditEvents: auditEventsTable(db, purge),
    proofs: proofsTable(db, purge),
    outbox: outboxTable(db, purge, 'audit', eventIn),
    mails: mailsTable(db, purge),
    db,
    transaction: (work, turn) =>
      turn === undefined ? transaction(work) : inTurn(turn, () => transaction(work)),
    purgeOwn: (now) => purgeOwnTables(db, types, own.expires, purge, now),
    migrate: (onWait = () => {}) =>
      database.kind === 'postgres' && options.requestTimeouts
        ? migrateWithoutTimeouts(database, own, onWait)
        : applyMissing(onWait),
    ping: () => ping(database, db, replaceConnections),
    clock: async () => (database.kind === 'postgres' ? await databaseClock(db) : undefined),
    host,
    close: async () => {
      await stopPurge()
      reader.close()
      await close()
    },
  }
}

function readerOf(database: Database, db: Kysely<Schema>): Reader {
  if (database.kind === 'sqlite') return openReader(database.file, db)
  return { prepare: prepareWith(db), close: () => {} }
}

function purgeOf(database: Database, db: Kysely<Schema>): ThreadedPurge {
  // A database in memory allows one connection only.
  if (database.kind === 'postgres' || database.file === ':memory:')
    return { purge: purgeWith(db), stop: async () => {} }
  return purgeInThread(db, database.file)
}

/** Not `now()`, which is constant in a transaction. */
async function databaseClock(db: Kysely<Schema>): Promise<UnixMs | undefined> {
  const clock = sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`
  const row = await db.selectNoFrom(clock.as('now')).executeTakeFirst()
  return row?.now
}

/** On a connection of its own, which waits for a migration by another server however long it takes. */
async function migrateWithoutTimeouts(
  database: Database,
  own: OwnData,
  onWait: OnWait,
): Promise<string[]> {
  const store = openStore(database, commandOptions, own)
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
  own: OwnData,
  progress: (rows: number) => void,
): Promise<Copied[]> {
  const [from, to] = [connectExclusively(source, own), connectTo(target, commandOptions, own)]
  try {
    for (const { applyMissing } of [from, to]) await applyMissing()
    return await copyTables(from, to, progress)
  } finally {
    await from.close()
    await to.close()
  }
}

/** What a server writes to a SQLite file after the copy is lost: no server may use it. PostgreSQL is not checked. */
function connectExclusively(database: Database, own: OwnData): Connected {
  if (database.kind === 'postgres') return connectTo(database, commandOptions, own)
  const file = openSqlite(database.file)
  if (lockExclusively(file)) return connectToFile(file, migrationsOf(own))
  file.close()
  throw new CopyError(`${database.file} is in use by another process: stop its servers first`)
}

interface Connected {
  readonly db: Kysely<Schema>
  readonly types: ColumnTypes
  readonly scope: TransactionScope
  readonly transaction: Store['transaction']
  /** See `Store.migrate`. */
  applyMissing(onWait?: OnWait): Promise<string[]>
  /** Connects to the primary, if the server has become a standby. */
  replaceConnections(): void
  host(): string | undefined
  close(): Promise<void>
}

/** The migrations by name, for the types of a database. */
type OurMigrations = (types: ColumnTypes) => Promise<Readonly<Record<string, Migration>>>

/** Ours and the own ones. */
const migrationsOf =
  ({ migrations }: OwnData, ourMigrations: OurMigrations = migrationsWith) =>
  async (types: ColumnTypes): Promise<Migrations> => ({
    types,
    ours: await ourMigrations(types),
    own: ownMigrationsFor(types, migrations),
  })

export function connectTo(
  database: Database,
  options: PostgresOptions,
  own: OwnData,
  ours?: OurMigrations,
): Connected {
  const migrations = migrationsOf(own, ours)
  if (database.kind === 'sqlite') return connectToFile(openSqlite(database.file), migrations)
  const pool = openPool(database.url, options)
  const close = async () => void (pool.ending || (await pool.end()))
  const scope = createScope()
  const db = new Kysely<Schema>({ dialect: postgresDialect(pool, scope) })
  const applyMissing: Connected['applyMissing'] = async (onWait = () => {}) => {
    const known = await migrations(postgresTypes)
    return await migrateAsOwner(db, () => migrateWithRetry(db, known, onWait))
  }
  return {
    db,
    types: postgresTypes,
    scope,
    transaction: transactions(db, scope),
    applyMissing,
    replaceConnections: pool.replaceAll,
    host: () => pool.host,
    close,
  }
}

/** The work of each knows that it is in a transaction. */
const transactions =
  (db: Kysely<Schema>, scope: TransactionScope): Store['transaction'] =>
  (work) =>
    inTransaction(db, (tx) => scope.run(() => work(tx)))

/** Own code that runs in a transaction of ours. */
function inScope(
  tell: OwnData['onAccountDeleted'],
  scope: TransactionScope,
): OwnData['onAccountDeleted'] {
  return tell && ((tx, userId) => scope.run(() => tell(tx, userId)))
}

function connectToFile(
  file: DatabaseSync,
  migrations: (types: ColumnTypes) => Promise<Migrations>,
): Connected {
  const scope = createScope()
  const db = new Kysely<Schema>({ dialect: sqliteDialect(file, scope) })
  const close = async () => void (file.isOpen && file.close())
  return {
    db,
    types: sqliteTypes,
    scope,
    transaction: transactions(db, scope),
    applyMissing: async () => await migrate(db, await migrations(sqliteTypes)),
    replaceConnections: () => {},
    host: () => undefined,
    close,
  }
}
