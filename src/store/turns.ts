/** Statements that wait for the same rows take turns before they take a connection: only two of them hold one at a time, in each process. */
import type { Kysely, Transaction } from 'kysely'
import { createPlaces, type Places } from './places.ts'
import type { Schema } from './schema.ts'
import { inTransaction } from './transaction.ts'

/** Runs `work` when fewer than two of the same key run. Throws a `StoreUnavailable` if it has to wait too long. */
export type InTurn = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>

/** The second waits in the database: it goes on at the moment in which the first one commits. */
const maxAtOnce = 2

/** As long as for a connection. */
const maxWaitMs = 1_500

export function createTurns(waitMs = maxWaitMs): InTurn {
  const turns = new Map<string, { readonly places: Places; users: number }>()
  return async (key, work) => {
    const turn = turns.get(key) ?? { places: createPlaces(maxAtOnce, maxAtOnce, waitMs), users: 0 }
    turns.set(key, turn)
    turn.users += 1
    try {
      const free = await turn.places.take('write')
      return await work().finally(free)
    } finally {
      turn.users -= 1
      if (turn.users === 0) turns.delete(key)
    }
  }
}

/** `inTransaction` for transactions that lock the rows of an account or a session, whose id is the key. */
export function transactionsInTurn(db: Kysely<Schema>, inTurn: InTurn) {
  return <Result>(key: string, work: (tx: Transaction<Schema>) => Promise<Result>) =>
    inTurn(key, () => inTransaction(db, work))
}
