/**
 * A second connection for the reads of the hot path: it only reads, so it needs no lock, waits for no transaction, and sees what
 * is committed.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import type { Kysely } from 'kysely'
import { type Prepare, prepareWith } from './prepared.ts'
import type { Schema } from './schema.ts'

export interface Reader {
  readonly prepare: Prepare
  close(): void
}

export function openReader(file: string, db: Kysely<Schema>): Reader {
  const prepareQueued = prepareWith(db)
  // A database in memory has no second connection.
  if (file === ':memory:') return { prepare: prepareQueued, close: () => {} }
  const database = new DatabaseSync(file, { readOnly: true })

  const prepare: Prepare = (query) => {
    const readQueued = prepareQueued(query)
    let statement: StatementSync | undefined
    return (parameters) => {
      try {
        // The tables may have come since.
        statement ??= database.prepare(query.sql)
        return statement.all(...(parameters as readonly SQLInputValue[])) as never[]
      } catch {
        // Another process holds the whole file, or the database is closed: who asks in turn waits, or is told.
        return readQueued(parameters)
      }
    }
  }
  return { prepare, close: () => database.isOpen && database.close() }
}
