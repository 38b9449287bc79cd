/** A query of the hot path: Kysely builds and compiles it once, not on every request. */
import type { Compilable, CompiledQuery, Kysely } from 'kysely'
import type { Schema } from './schema.ts'

type Texts = readonly string[]

/** `build` is called once, with a placeholder for each argument; the rows are those of the query with the arguments. */
export function prepared<Arguments extends Texts, Row>(
  db: Kysely<Schema>,
  build: (...placeholders: Arguments) => Compilable<Row>,
): (...values: Arguments) => Promise<Row[]> {
  const placeholders = Array.from({ length: build.length }, (_, at) => `placeholder ${at}`)
  const query: CompiledQuery<Row> = build(...(placeholders as unknown as Arguments)).compile()
  const positions = query.parameters.map((parameter) => placeholders.indexOf(String(parameter)))
  if (positions.includes(-1))
    throw new Error('a prepared query may have no values but its arguments')

  return async (...values) => {
    const parameters = positions.map((at) => values[at])
    const { rows } = await db.executeQuery<Row>({ ...query, parameters })
    return rows
  }
}
