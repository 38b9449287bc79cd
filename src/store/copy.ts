/** Copies all rows of a database into an empty one, and verifies them by checksum. */
import { createHash, type Hash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { ColumnTypes } from './migrations/column-types.ts'
import { type OwnTable, ownTables } from './own-tables.ts'
import { primaryKeys, type Schema } from './schema.ts'
import type { Connected } from './store.ts'

export interface Copied {
  readonly table: string
  readonly rows: number
  /** SHA-256 of the rows, equal in both databases. */
  readonly digest: string
}

/** Nothing was copied: the target is not empty, the source is in use, or the copy differs. */
export class CopyError extends Error {
  override readonly name = 'CopyError'
}

type Row = Readonly<Record<string, unknown>>
type Table = Pick<OwnTable, 'table' | 'key'>
const batchSize = 500

/** One transaction in each database: all rows or none. `progress` gets the number of rows so far. Throws a `CopyError`. */
export async function copyTables(
  source: Pick<Connected, 'db' | 'types'>,
  target: Pick<Connected, 'db' | 'types'>,
  progress: (rows: number) => void,
): Promise<Copied[]> {
  return await source.db.transaction().execute((from) =>
    target.db.transaction().execute(async (to) => {
      if (target.types.isSqlite) await sql`pragma defer_foreign_keys = on`.execute(to)
      await requireDeferred(to, target.types)
      const all: Copied[] = []
      let before = 0
      for (const table of await tablesOf(from, source.types)) {
        const copied = await copyTable(from, to, table, (rows) => progress(before + rows))
        before += copied.rows
        all.push(copied)
      }
      return all
    }),
  )
}

/** Throws a `CopyError` for a reference that a row could have before the row that it refers to is copied. */
async function requireDeferred(db: Kysely<Schema>, types: ColumnTypes): Promise<void> {
  const [reference] = (await ownTables(db, types)).flatMap(({ forward }) => forward)
  if (reference !== undefined)
    throw new CopyError(
      `the foreign key ${reference} must be declared as deferrable initially deferred: rows refer to rows that are copied later`,
    )
}

/** Ours and the own ones. Throws a `CopyError` for a column whose values differ between databases. */
async function tablesOf(db: Kysely<Schema>, types: ColumnTypes): Promise<Table[]> {
  const own = await ownTables(db, types)
  const [foreign] = own.flatMap(({ foreignTypes }) => foreignTypes)
  if (foreign !== undefined)
    throw new CopyError(
      `the column ${foreign} cannot be copied: only the types text and integer of the migrations can`,
    )
  return [...Object.entries(primaryKeys).map(([table, key]) => ({ table, key })), ...own]
}

async function copyTable(
  from: Kysely<Schema>,
  to: Kysely<Schema>,
  table: Table,
  progress: (rows: number) => void,
): Promise<Copied> {
  for await (const _ of readRows(to, table))
    throw new CopyError(`the table ${table.table} is not empty`)
  const hash = createHash('sha256')
  let count = 0
  for await (const rows of readRows(from, table)) {
    await insert(to, table, rows)
    update(hash, rows)
    count += rows.length
    progress(count)
  }
  const digest = hash.digest('hex')
  if ((await digestTable(to, table)) !== digest)
    throw new CopyError(`the copy of the table ${table.table} differs from the source`)
  return { table: table.table, rows: count, digest }
}

/** In batches, sorted by primary key: byte order, the same in every database. */
async function* readRows(db: Kysely<Schema>, { table, key }: Table): AsyncGenerator<Row[]> {
  const columns = sql.join(key.map((name) => sql.ref(name)))
  let rest = sql`true`
  for (;;) {
    const { rows } = await sql<Row>`select * from ${sql.table(table)} where ${rest}
      order by ${columns} limit ${sql.lit(batchSize)}`.execute(db)
    const last = rows.at(-1)
    if (!last) return
    yield rows
    rest = sql`(${columns}) > (${sql.join(key.map((name) => last[name]))})`
  }
}

async function insert(db: Kysely<Schema>, { table }: Table, rows: readonly Row[]): Promise<void> {
  const names = Object.keys(rows[0] ?? {})
  const columns = sql.join(names.map((name) => sql.ref(name)))
  const values = rows.map((row) => sql`(${sql.join(names.map((name) => row[name]))})`)
  await sql`insert into ${sql.table(table)} (${columns}) values ${sql.join(values)}`.execute(db)
}

async function digestTable(db: Kysely<Schema>, table: Table): Promise<string> {
  const hash = createHash('sha256')
  for await (const rows of readRows(db, table)) update(hash, rows)
  return hash.digest('hex')
}

/** By name, because the order of columns differs between databases. */
function update(hash: Hash, rows: readonly Row[]): void {
  for (const row of rows) hash.update(JSON.stringify(Object.entries(row).sort()))
}
