/** Takes away what has expired deleteBatch rows at a time: no statement holds others up for long, or is too long for the database. */
import { setImmediate } from 'node:timers/promises'
import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Schema } from './schema.ts'

const maxRows = 1000

/** Deletes the rows of the table, whose primary key is given, for which `isExpired` holds. */
export async function purge<Table extends keyof Schema>(
  db: Kysely<Schema>,
  table: Table,
  key: readonly (keyof Schema[Table] & string)[],
  isExpired: RawBuilder<SqlBool>,
): Promise<void> {
  const columns = sql.join(key.map((column) => sql.ref(column)))
  // Asked again of each row: it may have been renewed since it was chosen.
  const deleteBatch = sql`delete from ${sql.table(table)} where ${isExpired} and (${columns}) in (
    select ${columns} from ${sql.table(table)} where ${isExpired} limit ${maxRows}
  )`
  for (;;) {
    const { numAffectedRows = 0n } = await deleteBatch.execute(db)
    if (numAffectedRows === 0n) return
    await setImmediate()
  }
}
