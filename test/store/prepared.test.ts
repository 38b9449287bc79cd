/** The names of prepared statements. */
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import { expect, it } from 'vitest'
import { type Prepare, prepared, preparedName } from '../../src/store/prepared.ts'
import type { Schema } from '../../src/store/schema.ts'

const db = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (of) => new SqliteIntrospector(of),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

function nameOf(column: 'username' | 'email'): string | undefined {
  let name: string | undefined
  const prepare: Prepare = (query) => {
    name = preparedName(query)
    return () => []
  }
  prepared(prepare, (value: string) => db.selectFrom('users').selectAll().where(column, '=', value))
  return name
}

it('a prepared statement has a name that means the same text in each process and version', () => {
  expect(nameOf('username')).toBe(nameOf('username'))
  expect(nameOf('username')).not.toBe(nameOf('email'))
  // The limit of PostgreSQL's identifiers.
  expect(nameOf('username')?.length).toBeLessThan(64)
})
