/**
 * Changes a table of SQLite in a way that `alter table` cannot: a copy with the new definition takes its place.
 *
 * Rows that refer to the table stay: while migrations run, foreign keys are off, and they are checked before the commit
 * (`migrate.ts`). With foreign keys, dropping the old table would delete such rows (`on delete cascade`), without an error.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Schema } from '../schema.ts'

/**
 * `definition` is what stands between the parentheses of `create table`. `columns` are copied. The indexes of the table are
 * created again as they were; those of dropped columns must be dropped before. PostgreSQL needs no rebuild: it fails there, if
 * another table refers to this one.
 */
export async function rebuildTable(
  db: Kysely<Schema>,
  table: keyof Schema,
  definition: RawBuilder<unknown>,
  columns: readonly string[],
): Promise<void> {
  const { rows: indexes } = await sql<{ sql: string }>`select sql from sqlite_master
    where type in ('index', 'trigger') and tbl_name = ${table} and sql is not null`.execute(db)
  const copy = sql.table(`rebuilt_${table}`)
  const names = sql.join(columns.map((column) => sql.ref(column)))
  await sql`create table ${copy} (${definition}) strict`.execute(db)
  await sql`insert into ${copy} (${names}) select ${names} from ${sql.table(table)}`.execute(db)
  await sql`drop table ${sql.table(table)}`.execute(db)
  await sql`alter table ${copy} rename to ${sql.table(table)}`.execute(db)
  for (const index of indexes) await sql.raw(index.sql).execute(db)
}
