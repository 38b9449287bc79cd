/** Records the SQL statements of this process. */
import { StatementSync } from 'node:sqlite'
import { Client } from 'pg'
import { onTestFinished, vi } from 'vitest'

/** Until the end of the test, including `begin` and `commit`. */
export function recordStatements(): () => string[] {
  const reads = vi.spyOn(StatementSync.prototype, 'all')
  const runs = vi.spyOn(StatementSync.prototype, 'run')
  const queries = vi.spyOn(Client.prototype, 'query')
  onTestFinished(() => {
    for (const spy of [reads, runs, queries]) spy.mockRestore()
  })
  return () => [
    ...[...reads.mock.contexts, ...runs.mock.contexts].map((each) => Object(each).sourceSQL),
    ...queries.mock.calls.map(([query]) => Object(query).text),
  ]
}

/**
 * Those that match, and delete nothing, as the purge in the background does: name the tables of a request that work in the background
 * does not read.
 */
export function recordStatementsOn(tables: RegExp): () => string[] {
  const recorded = recordStatements()
  return () => recorded().filter((sql) => tables.test(sql) && !/\bdelete from\b/.test(sql))
}
