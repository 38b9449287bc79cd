/** The statements that delete expired rows. */
import { type CompiledQuery, type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import { inBatches } from './purge-batches.ts'
import type { Schema } from './schema.ts'

/** The rows that match `isExpired`, which an index must find. `key` is the primary key of the table. */
export interface Expired {
  readonly table: string
  readonly key: readonly string[]
  readonly isExpired: RawBuilder<SqlBool>
}

/** Deletes expired rows of a table, batch by batch. */
export type Purge = (expired: Expired) => Promise<void>

/**
 * On the connections of requests. Servers that purge the same table at the same time share its rows: none waits for
 * another.
 */
export function purgeWith(db: Kysely<Schema>): Purge {
  return (expired) =>
    inBatches((rows) => {
      const deletion = deletionOf(db, expired, rows)
      return db.connection().execute(async (connection) => {
        const start = performance.now()
        const { numAffectedRows = 0n } = await connection.executeQuery(deletion)
        return { deleted: Number(numAffectedRows), ms: performance.now() - start }
      })
    })
}

/** Deletes at most `rows` rows, which is the last parameter. */
export function deletionOf(
  db: Kysely<Schema>,
  { table, key, isExpired }: Expired,
  rows: number,
): CompiledQuery {
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
  const deletion = sql`with batch as materialized ${batch}
    delete from ${sql.table(table)} where (${columns}) in (select ${columns} from batch)`
  return deletion.compile(db)
}

export async function hasExpired(
  db: Kysely<Schema>,
  { table, isExpired }: Expired,
): Promise<boolean> {
  const first = sql`select 1 from ${sql.table(table)} where ${isExpired} limit 1`
  return (await first.execute(db)).rows.length > 0
}
