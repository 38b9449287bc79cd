/** Deletes expired rows in batches, so that no statement blocks others for long or exceeds the timeout. */
import { setImmediate } from 'node:timers/promises'
import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Schema } from './schema.ts'

const maxRows = 1000

/** Deletes the rows that match `isExpired`. `key` is the primary key of the table. */
export async function purge<Table extends keyof Schema>(
  db: Kysely<Schema>,
  table: Table,
  key: readonly (keyof Schema[Table] & string)[],
  isExpired: RawBuilder<SqlBool>,
): Promise<void> {
  const columns = sql.join(key.map((column) => sql.ref(column)))
  // The condition is repeated: a row may have been renewed since the subquery read it.
  const deleteBatch = sql`delete from ${sql.table(table)} where ${isExpired} and (${columns}) in (
    select ${columns} from ${sql.table(table)} where ${isExpired} limit ${maxRows}
  )`
  for (;;) {
    const { numAffectedRows = 0n } = await deleteBatch.execute(db)
    if (numAffectedRows === 0n) return
    await setImmediate()
  }
}
