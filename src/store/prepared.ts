/** Prepared queries for the hot path: Kysely builds and compiles each once, not on every request. */
import { createHash } from 'node:crypto'
import type { Compilable, CompiledQuery, Kysely, RootOperationNode } from 'kysely'
import type { Schema } from './schema.ts'

/** Prepares a query and returns a function that runs it. */
export type Prepare = <Row>(
  query: CompiledQuery<Row>,
) => (parameters: readonly unknown[]) => Promise<Row[]> | Row[]

type Values = readonly (string | number)[]

const names = new WeakMap<RootOperationNode, string>()

/** The name of the prepared statement; undefined if the query is not prepared. */
export function preparedName({ query }: CompiledQuery): string | undefined {
  return names.get(query)
}

/** Calls `build` once, with a placeholder for each argument. The returned function runs the query with the real arguments. */
export function prepared<Arguments extends Values, Row>(
  prepare: Prepare,
  build: (...placeholders: Arguments) => Compilable<Row>,
): (...values: Arguments) => Promise<Row[]> | Row[] {
  const placeholders = Array.from({ length: build.length }, (_, at) => `placeholder ${at}`)
  const query: CompiledQuery<Row> = build(...(placeholders as unknown as Arguments)).compile()
  names.set(query.query, nameOf(query.sql))
  const positions = query.parameters.map((parameter) => placeholders.indexOf(String(parameter)))
  if (positions.includes(-1)) throw new Error('every value of a prepared query must be an argument')
  const read = prepare(query)
  return (...values) => read(positions.map((at) => values[at]))
}

/** The same statement in all processes and versions: a pooler may give a session to a process that did not prepare it. */
function nameOf(sql: string): string {
  return `tessera_${createHash('sha256').update(sql).digest('base64url')}`
}

/** Runs the query through Kysely, which waits for a free connection. */
export function prepareWith(db: Kysely<Schema>): Prepare {
  return <Row>(query: CompiledQuery<Row>) =>
    async (parameters: readonly unknown[]) => {
      const { rows } = await db.executeQuery<Row>({ ...query, parameters })
      return rows
    }
}
