/** Records the SQL statements of this process. */
import { StatementSync } from 'node:sqlite'
import { Client } from 'pg'
import { onTestFinished, vi } from 'vitest'

/** Until the end of the test, in their order, including `begin` and `commit`. */
export function recordStatements(): () => string[] {
  const reads = vi.spyOn(StatementSync.prototype, 'all')
  const runs = vi.spyOn(StatementSync.prototype, 'run')
  const queries = vi.spyOn(Client.prototype, 'query')
  onTestFinished(() => {
    for (const spy of [reads, runs, queries]) spy.mockRestore()
  })
  const onSqlite = ({ contexts, invocationCallOrder }: (typeof reads | typeof runs)['mock']) =>
    contexts.map((each, at) => ({
      sql: Object(each).sourceSQL,
      order: invocationCallOrder[at] ?? 0,
    }))
  const onPostgres = ({ calls, invocationCallOrder }: (typeof queries)['mock']) =>
    calls.map(([query], at) => ({ sql: Object(query).text, order: invocationCallOrder[at] ?? 0 }))
  return () =>
    [...onSqlite(reads.mock), ...onSqlite(runs.mock), ...onPostgres(queries.mock)]
      .sort((one, other) => one.order - other.order)
      .map(({ sql }) => sql)
}

/**
 * Those that match, and delete nothing, as the purge in the background does: name the tables of a request that work in the background
 * does not read.
 */
export function recordStatementsOn(tables: RegExp): () => string[] {
  const recorded = recordStatements()
  return () => recorded().filter((sql) => tables.test(sql) && !/\bdelete from\b/.test(sql))
}

export interface Cost {
  /** `begin`, `commit` and `rollback` aside. */
  readonly statements: number
  readonly writes: number
  /** Transactions that write. A write outside a transaction is one. */
  readonly writeTransactions: number
}

export function costOf(recorded: readonly string[]): Cost {
  const cost = { statements: 0, writes: 0, writeTransactions: 0 }
  let isInside = false
  for (const sql of recorded) {
    const [word = ''] = /^\w+/.exec(sql) ?? []
    const isWrite = ['insert', 'update', 'delete'].includes(word)
    if (word === 'begin' || (isWrite && !isInside)) cost.writeTransactions += 1
    if (!['begin', 'commit', 'rollback'].includes(word)) cost.statements += 1
    if (isWrite) cost.writes += 1
    isInside = word === 'begin' || (isInside && !['commit', 'rollback'].includes(word))
  }
  return cost
}
