/** The store: opens a SQLite or PostgreSQL database, and makes one object of the queries of all tables. */
import type { DatabaseSync } from 'node:sqlite'
import { Kysely, sql, type Transaction } from 'kysely'
import type { Database } from '../config/config.ts'
import { attemptsTable } from './attempts.ts'
import { type AuditEventRow, auditEventsTable } from './audit-events.ts'
import { clientsTable } from './clients.ts'
import { type Copied, CopyError, copyTables } from './copy.ts'
import { listen } from './event-messages.ts'
import { itemsTable } from './items.ts'
import { mailsTable } from './mails.ts'
import { type Migrations, migrate } from './migrate.ts'
import { type ColumnTypes, postgresTypes, sqliteTypes } from './migrations/column-types.ts'
import { migrationsWith } from './migrations/list.ts'
import { outboxTable } from './outbox.ts'
import { noOwnData, type OwnData } from './own-data.ts'
import { ownMigrationsFor } from './own-migrations.ts'
import { purgeOwnTables } from './own-tables.ts'
import {
  databaseClock,
  migrateAsOwner,
  openPool,
  type PostgresOptions,
  postgresDialect,
  requireWrites,
} from './postgres.ts'
import { migrateWithRetry, type OnWait } from './postgres-migration.ts'
import { proofsTable } from './proofs.ts'
import { purgeWith } from './purge.ts'
import type { Schema, UnixMs } from './schema.ts'
import { sessionsTable } from './sessions.ts'
import { signingKeysTable } from './signing-keys.ts'
import { lockExclusively, openSqlite, sqliteDialect } from './sqlite.ts'
import { purgeInThread } from './sqlite-purge.ts'
import { openReader } from './sqlite-reader.ts'
import { inTransaction } from './transaction.ts'
import { createScope, type TransactionScope } from './transaction-scope.ts'
import { createTurns } from './turns.ts'
import { usersTable } from './users.ts'

export type Store = ReturnType<typeof openStore>

/** Waits for a slow database: for commands, and for the migrations that a server applies when it starts. */
export const commandOptions: PostgresOptions = { maxConnections: 2, requestTimeouts: false }

/** `options` apply to PostgreSQL only. `sendsMail`: accounts are told by mail about events (`event-messages.ts`). */
export function openStore(
  database: Database,
  options = commandOptions,
  own = noOwnData,
  sendsMail = false,
) {
  const { db, types, scope, applyMissing, ...connected } = connectTo(database, options, own)
  if (own.listens) listen(db, 'audit')
  if (sendsMail) listen(db, 'mail')
  const reader = openReader(database, db)
  const { purge, stop: stopPurge } = purgeOf(database, db)
  const inTurn = createTurns()
  const { onAccountDeleted: tell } = own
  const onAccountDeleted: typeof tell = tell && ((tx, userId) => scope.run(() => tell(tx, userId)))
  return {
    users: usersTable(db, inTurn, onAccountDeleted),
    clients: clientsTable(db, reader.prepare),
    sessions: sessionsTable(db, reader.prepare, purge, inTurn),
    attempts: attemptsTable(db, purge, inTurn),
    items: itemsTable(db, inTurn),
    signingKeys: signingKeysTable(db),
    auditEvents: auditEventsTable(db, purge),
    proofs: proofsTable(db, purge),
    /** Audit events, for own code that listens to them. */
    outbox: outboxTable<AuditEventRow>(db, purge, 'audit'),
    mails: mailsTable(db, purge),
    /** For own tables: `ownAccess` gives it their types. */
    db,
    /** See `OwnAccess`. */
    transaction<Result>(
      work: (tx: Transaction<Schema>) => Promise<Result>,
      turn?: string,
    ): Promise<Result> {
      const run = () => inTransaction(db, (tx) => scope.run(() => work(tx)))
      return turn === undefined ? run() : inTurn(turn, run)
    },
    purgeOwn: (now: UnixMs) => purgeOwnTables(db, types, own.expires, purge, now),
    /** Applies the missing migrations and returns their names. Calls `onWait` once if they have to wait. */
    migrate: (onWait: OnWait = () => {}) =>
      database.kind === 'postgres' && options.requestTimeouts
        ? migrateWithoutTimeouts(database, own, onWait)
        : applyMissing(onWait),
    ping: connected.ping,
    clock: connected.clock,
    host: connected.host,
    close: async () => {
      await stopPurge()
      reader.close()
      await connected.close()
    },
  }
}

function purgeOf(database: Database, db: Kysely<Schema>) {
  // A database in memory allows one connection only.
  if (database.kind === 'postgres' || database.file === ':memory:')
    return { purge: purgeWith(db), stop: async () => {} }
  return purgeInThread(db, database.file)
}

/** On a connection of its own, which waits for a migration by another server however long it takes. */
async function migrateWithoutTimeouts(
  database: Database,
  own: OwnData,
  onWait: OnWait,
): Promise<string[]> {
  const { applyMissing, close } = connectTo(database, commandOptions, own)
  try {
    return await applyMissing(onWait)
  } finally {
    await close()
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
  if (lockExclusively(file)) return connectToFile(file, own)
  file.close()
  throw new CopyError(`${database.file} is in use by another process: stop its servers first`)
}

export interface Connected {
  readonly db: Kysely<Schema>
  readonly types: ColumnTypes
  readonly scope: TransactionScope
  /** See `migrate`. */
  applyMissing(onWait?: OnWait): Promise<string[]>
  /** Throws a `StoreUnavailable` if the database does not respond or does not accept writes. */
  ping(): Promise<void>
  /** The time of the database; undefined if it uses the clock of this machine. */
  clock(): Promise<UnixMs | undefined>
  /** The host and port of the last connection to PostgreSQL. */
  host(): string | undefined
  close(): Promise<void>
}

async function migrationsOf(
  types: ColumnTypes,
  { migrations }: OwnData,
  ours = migrationsWith,
): Promise<Migrations> {
  return { types, ours: await ours(types), own: ownMigrationsFor(types, migrations) }
}

/** Exported for tests, which give `ours`: the migrations of an older or a newer version. */
export function connectTo(
  database: Database,
  options: PostgresOptions,
  own: OwnData,
  ours = migrationsWith,
): Connected {
  if (database.kind === 'sqlite') return connectToFile(openSqlite(database.file), own, ours)
  const pool = openPool(database.url, options)
  const scope = createScope()
  const db = new Kysely<Schema>({ dialect: postgresDialect(pool, scope) })
  const applyMissing: Connected['applyMissing'] = async (onWait = () => {}) => {
    const migrations = await migrationsOf(postgresTypes, own, ours)
    return await migrateAsOwner(db, () => migrateWithRetry(db, migrations, onWait))
  }
  return {
    db,
    types: postgresTypes,
    scope,
    applyMissing,
    ping: () => requireWrites(db, pool),
    clock: () => databaseClock(db),
    host: pool.host,
    close: pool.end,
  }
}

function connectToFile(file: DatabaseSync, own: OwnData, ours = migrationsWith): Connected {
  const scope = createScope()
  const db = new Kysely<Schema>({ dialect: sqliteDialect(file, scope) })
  return {
    db,
    types: sqliteTypes,
    scope,
    applyMissing: async () => await migrate(db, await migrationsOf(sqliteTypes, own, ours)),
    ping: async () => void (await sql`select 1`.execute(db)),
    clock: async () => undefined,
    host: () => undefined,
    close: async () => void (file.isOpen && file.close()),
  }
}
