/** Reads the rows of any query in an order, from a position on: a page begins after the last row of the one before. */
import { type AliasableExpression, type Kysely, sql } from 'kysely'
import type { Schema } from './schema.ts'

/** A query of Kysely that selects such rows. */
export type Rows<Row> = AliasableExpression<Row>

export type ColumnValue = string | number

interface Range<Row> {
  readonly orderBy: readonly (keyof Row & string)[]
  readonly descending: boolean
  /** The values of the columns in the row before the first one. */
  readonly after: readonly ColumnValue[] | undefined
  readonly limit: number
}

export async function orderedRows<Row>(
  db: Kysely<Schema>,
  query: Rows<Row>,
  { orderBy, descending, after, limit }: Range<Row>,
): Promise<Row[]> {
  const columns = orderBy.map((column) => sql.ref(column))
  const [beyond, direction] = descending ? [sql`<`, sql`desc`] : [sql`>`, sql`asc`]
  const where = after
    ? sql`where (${sql.join(columns)}) ${beyond} (${sql.join([...after])})`
    : sql``
  const order = sql.join(columns.map((column) => sql`${column} ${direction}`))
  const page = sql<Row>`select * from ${query} as page ${where} order by ${order} limit ${limit}`
  const { rows } = await page.execute(db)
  return rows
}
