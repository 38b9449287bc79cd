/** Deletes expired rows in statements of about 10 ms, and leaves most of the time between them to requests. */
import { setTimeout as pause } from 'node:timers/promises'
import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Schema } from './schema.ts'

/** A statement that takes twice as long as the last one promised still blocks requests for 20 ms only. */
const targetMs = 10
/** A pause lasts this many times as long as the statement before it. */
const pauseFactor = 3
/** Rows of the first statement and of the smallest: with fewer, most of the time would be that of the commit. */
const minRows = 50
const maxRows = 1000

/**
 * Deletes the rows that match `isExpired`, which an index must find. `key` is the primary key of the table. Servers that
 * purge the same table at the same time share its rows: none waits for another.
 */
export async function purge<Table extends keyof Schema>(
  db: Kysely<Schema>,
  table: Table,
  key: readonly (keyof Schema[Table] & string)[],
  isExpired: RawBuilder<SqlBool>,
): Promise<void> {
  await purgeTable(db, table, key, isExpired)
}

/** The same for any table. */
export async function purgeTable(
  db: Kysely<Schema>,
  table: string,
  key: readonly string[],
  isExpired: RawBuilder<SqlBool>,
): Promise<void> {
  for (let rows = minRows; ; ) {
    const { deleted, ms } = await deleteBatch(db, table, key, isExpired, rows)
    if (deleted < rows) return
    await pause(Math.ceil(pauseFactor * ms))
    rows = nextRows(rows, ms)
  }
}

/** As many rows as take `targetMs` if `rows` took `ms`, and at most twice as many. */
export function nextRows(rows: number, ms: number): number {
  const fitting = Math.floor((rows * targetMs) / ms)
  return Math.max(minRows, Math.min(fitting, 2 * rows, maxRows))
}

/** Returns the number of deleted rows, and how long the statement took on its connection. */
async function deleteBatch(
  db: Kysely<Schema>,
  table: string,
  key: readonly string[],
  isExpired: RawBuilder<SqlBool>,
  rows: number,
): Promise<{ deleted: number; ms: number }> {
  const columns = sql.join(key.map((column) => sql.ref(column)))
  // Locked, so that a row that is renewed meanwhile is kept.
  const batch = db
    .selectFrom(sql<Record<string, unknown>>`${sql.table(table)}`.as('expired'))
    .select(key.map((column) => sql.ref(column).as(column)))
    .where(isExpired)
    .limit(rows)
    .forUpdate()
    .skipLocked()
  // Materialized: PostgreSQL might otherwise read the batch several times, with other rows each time.
  const statement = sql`with batch as materialized ${batch}
    delete from ${sql.table(table)} where (${columns}) in (select ${columns} from batch)`
  return await db.connection().execute(async (connection) => {
    const start = performance.now()
    const { numAffectedRows = 0n } = await statement.execute(connection)
    return { deleted: Number(numAffectedRows), ms: performance.now() - start }
  })
}
