/** Transactions that are retried after a conflict, and row locks that serialize them. */
import type { Kysely, Transaction } from 'kysely'
import { TransactionConflict } from './errors.ts'
import { isViolatedKey } from './postgres-errors.ts'
import type { Schema } from './schema.ts'

const maxTries = 4

/**
 * `work` may run several times; only its last run is committed. After `maxTries` conflicts, throws the last one: a
 * `TransactionConflict`, or what the database throws for a violated key, which is no race then.
 */
export async function inTransaction<Tables extends Schema, Result>(
  db: Kysely<Tables>,
  work: (tx: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  return await withRetry(() => db.transaction().execute(work))
}

export async function withRetry<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof TransactionConflict)) throw error
      if (tries === maxTries) throw isViolatedKey(error.cause) ? error.cause : error
    }
  }
}

/** Locks a row until the transaction ends: transactions that lock the same row run one after the other. */
export async function lockRow(
  tx: Kysely<Schema>,
  name: 'administrators' | 'signing keys',
): Promise<void> {
  await tx
    .updateTable('locks')
    .set((e) => ({ taken: e('taken', '+', 1) }))
    .where('name', '=', name)
    .execute()
}
