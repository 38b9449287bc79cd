/** Applies the missing migrations, ours and then the own ones, in one transaction. Servers that start at the same time wait for each other. */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { InvalidSetting } from '../config/config.ts'
import { StoreError } from './errors.ts'
import type { ColumnTypes } from './migrations/column-types.ts'
import { requireLast } from './own-migrations.ts'
import { databaseObjects, ownMigrations, requireOwnChanges } from './own-tables.ts'
import type { Schema } from './schema.ts'

const ourMigrations = 'kysely_migration'

/** By name, in the order of the names. */
export interface Migrations {
  readonly types: ColumnTypes
  readonly ours: Readonly<Record<string, Migration>>
  readonly own: Readonly<Record<string, Migration>>
}

/**
 * Applies all missing migrations or none, and returns their names. If none is missing it only reads, so that a command does
 * not wait for the transactions of a server. `firstStatement` runs once the migration lock is acquired.
 */
export async function migrate(
  db: Kysely<Schema>,
  migrations: Migrations,
  firstStatement?: RawBuilder<unknown>,
): Promise<string[]> {
  if (await isUpToDate(db, migrations)) return []
  await createLock(db)
  const run = (connection: Kysely<Schema>) =>
    connection.transaction().execute(async (tx) => {
      await sql`update ${migrationLock} set is_locked = 0`.execute(tx)
      await firstStatement?.execute(tx)
      const dangling = await danglingRows(tx, migrations)
      const applied = [...(await applyOurs(tx, migrations)), ...(await applyOwn(tx, migrations))]
      requireNoMore(dangling, await danglingRows(tx, migrations))
      return applied
    })
  return migrations.types.isSqlite ? await withoutForeignKeys(db, run) : await run(db)
}

/** Returns the names of the applied migrations. */
async function applyOurs(tx: Kysely<Schema>, { ours }: Migrations): Promise<string[]> {
  const { error, results = [] } = await migrator(tx, ours).migrateToLatest()
  if (error) throw error
  return results.map(({ migrationName }) => migrationName)
}

async function applyOwn(tx: Kysely<Schema>, { own, types }: Migrations): Promise<string[]> {
  if (Object.keys(own).length === 0) return []
  const before = await databaseObjects(tx, types)
  const { error, results = [] } = await migrator(tx, own, ownMigrations).migrateToLatest()
  const failed = results.find(({ status }) => status === 'Error')?.migrationName
  // An outage, an expired lock timeout and a transaction that has ended say themselves what they are.
  const saysItself = error instanceof StoreError || error instanceof InvalidSetting
  if (error instanceof Error && failed !== undefined && !saysItself)
    throw new InvalidSetting(`the migration ${failed} failed, and nothing was applied: ${error}`, {
      cause: error,
    })
  if (error) throw error
  await requireOwnChanges(tx, types, before)
  return results.map(({ migrationName }) => migrationName)
}

function migrator(
  db: Kysely<Schema>,
  migrations: Readonly<Record<string, Migration>>,
  migrationTableName = ourMigrations,
): Migrator {
  const provider = { getMigrations: async () => ({ ...migrations }) }
  return new Migrator({ db, provider, migrationTableName })
}

/**
 * While foreign keys are checked, dropping a table that is rebuilt deletes the rows that refer to it (sqlite.org/lang_altertable.html
 * §7). The setting has no effect within a transaction, and belongs to the connection.
 */
async function withoutForeignKeys<Result>(
  db: Kysely<Schema>,
  work: (connection: Kysely<Schema>) => Promise<Result>,
): Promise<Result> {
  return await db.connection().execute(async (connection) => {
    await sql`pragma foreign_keys = off`.execute(connection)
    try {
      return await work(connection)
    } finally {
      await sql`pragma foreign_keys = on`.execute(connection)
    }
  })
}

/** The number of rows that refer to a row that does not exist, by their table and the other table. */
type DanglingRows = ReadonlyMap<string, number>

async function danglingRows(
  tx: Kysely<Schema>,
  { types: { isSqlite } }: Migrations,
): Promise<DanglingRows> {
  if (!isSqlite) return new Map()
  const { rows } = await sql<{ table: string; parent: string; rows: number }>`
    select "table", parent, count(*) as rows from pragma_foreign_key_check group by 1, 2`.execute(
    tx,
  )
  return new Map(
    rows.map(({ table, parent, rows: count }) => [`${table} refer to rows of ${parent}`, count]),
  )
}

/** A database that was edited by hand may have some: they do not stop an upgrade. */
function requireNoMore(before: DanglingRows, after: DanglingRows): void {
  for (const [reference, rows] of after)
    if (rows > (before.get(reference) ?? 0))
      throw new Error(`after the migrations, rows of ${reference} that do not exist`)
}

/** Whether all migrations are applied. Throws an `InvalidSetting` if the database has one that this version does not know. */
async function isUpToDate(db: Kysely<Schema>, { ours, own }: Migrations): Promise<boolean> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  const applied = async (table: string): Promise<string[]> => {
    if (!tables.some(({ name }) => name === table)) return []
    const { rows } = await sql<{ name: string }>`select name from ${sql.table(table)}
      order by name`.execute(db)
    return rows.map(({ name }) => name)
  }
  const [ourNames, ownNames] = [await applied(ourMigrations), await applied(ownMigrations)]
  const unknown = ourNames.find((name) => !(name in ours))
  if (unknown !== undefined)
    throw new InvalidSetting(
      `the database was migrated by a newer version (${unknown}): install that version, or restore the backup`,
    )
  const unknownOwn = ownNames.find((name) => !(name in own))
  if (unknownOwn !== undefined)
    throw new InvalidSetting(
      `the database was migrated by a different program or by a newer version of this one (${ownMigrations}: ${unknownOwn}): use that`,
    )
  requireLast(own, ownNames)
  return ourNames.length === Object.keys(ours).length && ownNames.length === Object.keys(own).length
}

const migrationLock = sql.table('kysely_migration_lock')

/** Creates the row that the migrator would create itself: it has to exist before it can be locked. */
async function createLock(db: Kysely<Schema>): Promise<void> {
  const table = sql`create table if not exists ${migrationLock}
    (id varchar(255) not null primary key, is_locked integer not null default 0)`
  // If two processes create the table at the same time, PostgreSQL fails one of them despite `if not exists`: the table exists then.
  await table.execute(db).catch(async (error) => {
    const isThere = sql`select 1 from ${migrationLock}`.execute(db)
    await isThere.catch(() => Promise.reject(error))
  })
  await sql`insert into ${migrationLock} (id, is_locked) values ('migration_lock', 0)
    on conflict (id) do nothing`.execute(db)
}
