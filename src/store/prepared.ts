/** A query of the hot path: Kysely builds and compiles it once, not on every request. */
import type { Compilable, CompiledQuery, Kysely, RootOperationNode } from 'kysely'
import type { Schema } from './schema.ts'

/** Makes a query ready. What it returns runs it, with these parameters. */
export type Prepare = <Row>(
  query: CompiledQuery<Row>,
) => (parameters: readonly unknown[]) => Promise<Row[]> | Row[]

type Values = readonly (string | number)[]

const names = new WeakMap<RootOperationNode, string>()
let count = 0

/** For a database that keeps prepared statements under names. Nothing for a query that is no prepared one. */
export function preparedName({ query }: CompiledQuery): string | undefined {
  return names.get(query)
}

/** `build` is called once, with a placeholder for each argument; the rows are those of the query with the arguments. */
export function prepared<Arguments extends Values, Row>(
  prepare: Prepare,
  build: (...placeholders: Arguments) => Compilable<Row>,
): (...values: Arguments) => Promise<Row[]> | Row[] {
  const placeholders = Array.from({ length: build.length }, (_, at) => `placeholder ${at}`)
  const query: CompiledQuery<Row> = build(...(placeholders as unknown as Arguments)).compile()
  count += 1
  names.set(query.query, `tessera_${count}`)
  const positions = query.parameters.map((parameter) => placeholders.indexOf(String(parameter)))
  if (positions.includes(-1))
    throw new Error('a prepared query may have no values but its arguments')
  const read = prepare(query)
  return (...values) => read(positions.map((at) => values[at]))
}

/** By way of Kysely, which waits for whoever holds the connection. */
export function prepareWith(db: Kysely<Schema>): Prepare {
  return <Row>(query: CompiledQuery<Row>) =>
    async (parameters: readonly unknown[]) => {
      const { rows } = await db.executeQuery<Row>({ ...query, parameters })
      return rows
    }
}
