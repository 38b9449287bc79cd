/** A second, read-only SQLite connection for the hot path: it sees committed data and waits for no transaction. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import type { Kysely } from 'kysely'
import type { Database } from '../config/config.ts'
import { type Prepare, prepareWith } from './prepared.ts'
import type { Schema } from './schema.ts'

export function openReader(target: Database, db: Kysely<Schema>) {
  const prepareQueued = prepareWith(db)
  // PostgreSQL has a pool, and a database in memory allows one connection only.
  if (target.kind === 'postgres' || target.file === ':memory:')
    return { prepare: prepareQueued, close: () => {} }
  const database = new DatabaseSync(target.file, { readOnly: true })

  const prepare: Prepare = (query) => {
    const readQueued = prepareQueued(query)
    let statement: StatementSync | undefined
    return (parameters) => {
      try {
        // Not earlier: the migrations may not have run yet.
        statement ??= database.prepare(query.sql)
        return statement.all(...(parameters as readonly SQLInputValue[])) as never[]
      } catch {
        // Another process has locked the file, or the database is closed: the main connection waits, or throws the right error.
        return readQueued(parameters)
      }
    }
  }
  return { prepare, close: () => void (database.isOpen && database.close()) }
}
