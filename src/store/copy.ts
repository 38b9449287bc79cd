/** Copies all that a database holds into one that is empty, and proves that it is the same there. */
import { createHash, type Hash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { primaryKeys, type Schema } from './schema.ts'

/** What was copied of a table. */
export interface Copied {
  readonly table: string
  readonly rows: number
  /** SHA-256 over its rows, the same in both databases. */
  readonly digest: string
}

/** The target is not empty, or holds something else in the end. Nothing was copied. */
export class NotCopied extends Error {
  override readonly name = 'NotCopied'
}

type Row = Readonly<Record<string, unknown>>
const rowsAtOnce = 500

/** One transaction in each: all of it, or nothing. `progress` is told how many rows there are so far. Throws a `NotCopied`. */
export async function copyAll(
  source: Kysely<Schema>,
  target: Kysely<Schema>,
  progress: (rows: number) => void,
): Promise<Copied[]> {
  return await source.transaction().execute((from) =>
    target.transaction().execute(async (to) => {
      const all: Copied[] = []
      let before = 0
      for (const [table, key] of Object.entries(primaryKeys)) {
        const copied = await copyTable(from, to, { table, key }, (rows) => progress(before + rows))
        before += copied.rows
        all.push(copied)
      }
      return all
    }),
  )
}

interface Table {
  readonly table: string
  readonly key: readonly string[]
}

async function copyTable(
  from: Kysely<Schema>,
  to: Kysely<Schema>,
  table: Table,
  progress: (rows: number) => void,
): Promise<Copied> {
  for await (const _ of rowsOf(to, table)) throw new NotCopied(`there are ${table.table} already`)
  const hash = createHash('sha256')
  let count = 0
  for await (const rows of rowsOf(from, table)) {
    await insert(to, table, rows)
    update(hash, rows)
    count += rows.length
    progress(count)
  }
  const digest = hash.digest('hex')
  if ((await digestOf(to, table)) !== digest)
    throw new NotCopied(`the ${table.table} are not the same there`)
  return { table: table.table, rows: count, digest }
}

/** In the order of their key, which is that of its bytes in every database. */
async function* rowsOf(db: Kysely<Schema>, { table, key }: Table): AsyncGenerator<Row[]> {
  const columns = sql.join(key.map((name) => sql.ref(name)))
  let rest = sql`true`
  for (;;) {
    const { rows } = await sql<Row>`select * from ${sql.table(table)} where ${rest}
      order by ${columns} limit ${sql.lit(rowsAtOnce)}`.execute(db)
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

async function digestOf(db: Kysely<Schema>, table: Table): Promise<string> {
  const hash = createHash('sha256')
  for await (const rows of rowsOf(db, table)) update(hash, rows)
  return hash.digest('hex')
}

/** Databases have their columns in different orders. */
function update(hash: Hash, rows: readonly Row[]): void {
  for (const row of rows) hash.update(JSON.stringify(Object.entries(row).sort(byName)))
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1
}
