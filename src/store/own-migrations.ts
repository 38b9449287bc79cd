/** The own migrations, as the migrator takes them: each is checked, and must leave the transaction open in which all of them run. */
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { InvalidSetting } from '../config/config.ts'
import { StoreError } from './errors.ts'
import type { ColumnTypes, MigrationOf } from './migrations/column-types.ts'

/** Throws an `InvalidSetting` for one that is no migration. */
export function ownMigrationsFor(
  types: ColumnTypes,
  migrations: Readonly<Record<string, MigrationOf>>,
): Record<string, Migration> {
  const made = Object.entries(migrations).map(([name, migrationOf]) => {
    const migration = typeof migrationOf === 'function' ? migrationOf(types) : undefined
    if (typeof migration?.up !== 'function')
      throw new InvalidSetting(
        `the migration ${name} must be a function that returns an object with up(db)`,
      )
    return [name, { up: (db: Kysely<unknown>) => runInside(db, name, migration) }] as const
  })
  return Object.fromEntries(made)
}

/** A savepoint ends with its transaction: after a commit or a rollback there is none, nor in a transaction that has begun since. */
async function runInside(db: Kysely<unknown>, name: string, { up }: Migration): Promise<void> {
  await sql`savepoint own_migration`.execute(db)
  try {
    await up(db)
  } catch (error) {
    if (!(error instanceof StoreError)) await end(db, name, error)
    throw error
  }
  await end(db, name)
}

async function end(db: Kysely<unknown>, name: string, reason?: unknown): Promise<void> {
  const statement = reason === undefined ? sql`release` : sql`rollback to`
  await sql`${statement} savepoint own_migration`.execute(db).catch((error: unknown) => {
    if (error instanceof StoreError) throw error
    throw new InvalidSetting(
      `the migration ${name} has ended the transaction, so that a part may be applied: restore the backup, and remove its commit or rollback${reason === undefined ? '' : ` (${reason})`}`,
      { cause: error },
    )
  })
}

/** Throws an `InvalidSetting` if one that is not applied comes before one that is. */
export function requireLast(
  migrations: Readonly<Record<string, Migration>>,
  applied: readonly string[],
): void {
  // The order of the migrator.
  const names = Object.keys(migrations).sort((one, other) => one.localeCompare(other))
  const late = names.slice(0, applied.length).find((name) => !applied.includes(name))
  if (late === undefined) return
  const last = names.findLast((name) => applied.includes(name))
  throw new InvalidSetting(
    `the migration ${late} comes before one that is applied: give it a name that comes after ${last}`,
  )
}
