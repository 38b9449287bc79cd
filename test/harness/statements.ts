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
