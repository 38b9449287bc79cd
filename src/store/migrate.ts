/** Brings a database to this version: one transaction, for which servers that start at once queue. */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { type MigrationResult, Migrator } from 'kysely/migration'
import { InvalidSetting } from '../config/config.ts'
import type { ColumnTypes } from './migrations/column-types.ts'
import { migrationsWith } from './migrations/list.ts'
import type { Schema } from './schema.ts'

/**
 * Applies what is missing, in one transaction: all of it, or nothing. The names of the applied ones. Servers that start at
 * once queue. Where nothing is missing it only reads: a command waits for no server that writes. `begin` is the first
 * statement after the queue.
 */
export async function migrate(
  db: Kysely<Schema>,
  types: ColumnTypes,
  begin?: RawBuilder<unknown>,
): Promise<string[]> {
  const provider = { getMigrations: () => migrationsWith(types) }
  if (await isWhole(db, new Migrator({ db, provider }))) return []
  const locking = db.withTables<LockTable>()
  await makeLock(locking)
  return await locking.transaction().execute(async (tx) => {
    await tx.selectFrom(migrationLock).select('id').forUpdate().execute()
    await begin?.execute(tx)
    const { error, results = [] } = await new Migrator({ db: tx, provider }).migrateToLatest()
    if (error) throw error
    return results.map(({ migrationName }: MigrationResult) => migrationName)
  })
}

/** Whether these migrations have been applied. Throws an `InvalidSetting` where others have: they are of a later version. */
async function isWhole(db: Kysely<Schema>, migrator: Migrator): Promise<boolean> {
  const known = await migrator.getMigrations()
  if (known.every(({ executedAt }) => executedAt === undefined)) return false
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
  const unknown = rows.find((row) => known.every(({ name }) => name !== row.name))
  if (unknown)
    throw new InvalidSetting(
      `the database was made by a newer version, which has ${unknown.name}: install that version, or restore the backup`,
    )
  return rows.length === known.length
}

const migrationLock = 'kysely_migration_lock'

type LockTable = { [migrationLock]: { id: string; is_locked: number } }

/** The row that the migrator would make itself: it is locked before there is anything else. */
async function makeLock(db: Kysely<Schema & LockTable>): Promise<void> {
  const table = db.schema
    .createTable(migrationLock)
    .ifNotExists()
    .addColumn('id', 'varchar(255)', (column) => column.notNull().primaryKey())
    .addColumn('is_locked', 'integer', (column) => column.notNull().defaultTo(0))
  // Of two that make it at once PostgreSQL refuses one, `if not exists` or not: then it is there.
  await table.execute().catch(async (error) => {
    const isThere = db.selectFrom(migrationLock).select('id').execute()
    await isThere.catch(() => Promise.reject(error))
  })
  await db
    .insertInto(migrationLock)
    .values({ id: 'migration_lock', is_locked: 0 })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}
