/** Applies the missing migrations in one transaction. Servers that start at the same time wait for each other. */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { type MigrationResult, Migrator } from 'kysely/migration'
import { InvalidSetting } from '../config/config.ts'
import type { ColumnTypes } from './migrations/column-types.ts'
import { migrationsWith } from './migrations/list.ts'
import type { Schema } from './schema.ts'

/**
 * Applies all missing migrations or none, and returns their names. If none is missing it only reads, so that a command does
 * not wait for the transactions of a server. `firstStatement` runs once the migration lock is acquired.
 */
export async function migrate(
  db: Kysely<Schema>,
  types: ColumnTypes,
  firstStatement?: RawBuilder<unknown>,
): Promise<string[]> {
  const provider = { getMigrations: () => migrationsWith(types) }
  if (await isUpToDate(db, new Migrator({ db, provider }))) return []
  const locking = db.withTables<LockTable>()
  await createLock(locking)
  return await locking.transaction().execute(async (tx) => {
    await tx.selectFrom(migrationLock).select('id').forUpdate().execute()
    await firstStatement?.execute(tx)
    const { error, results = [] } = await new Migrator({ db: tx, provider }).migrateToLatest()
    if (error) throw error
    return results.map(({ migrationName }: MigrationResult) => migrationName)
  })
}

/** Whether all migrations are applied. Throws an `InvalidSetting` if the database has one that this version does not know. */
async function isUpToDate(db: Kysely<Schema>, migrator: Migrator): Promise<boolean> {
  const known = await migrator.getMigrations()
  if (known.every(({ executedAt }) => executedAt === undefined)) return false
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
  const unknown = rows.find((row) => known.every(({ name }) => name !== row.name))
  if (unknown)
    throw new InvalidSetting(
      `the database was migrated by a newer version (${unknown.name}): install that version, or restore the backup`,
    )
  return rows.length === known.length
}

const migrationLock = 'kysely_migration_lock'

type LockTable = { [migrationLock]: { id: string; is_locked: number } }

/** Creates the row that the migrator would create itself: it has to exist before it can be locked. */
async function createLock(db: Kysely<Schema & LockTable>): Promise<void> {
  const table = db.schema
    .createTable(migrationLock)
    .ifNotExists()
    .addColumn('id', 'varchar(255)', (column) => column.notNull().primaryKey())
    .addColumn('is_locked', 'integer', (column) => column.notNull().defaultTo(0))
  // If two processes create the table at the same time, PostgreSQL fails one of them despite `if not exists`: the table exists then.
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
