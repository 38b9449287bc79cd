/** Detects queries that a transaction sends past itself. On SQLite they would wait for the transaction, and the transaction for them. */
import { AsyncLocalStorage } from 'node:async_hooks'

export type TransactionScope = ReturnType<typeof createScope>

export function createScope() {
  const current = new AsyncLocalStorage<{ isOpen: boolean }>()
  return {
    /** Runs the work of a transaction. */
    async run<Result>(work: () => Promise<Result>): Promise<Result> {
      const transaction = { isOpen: true }
      try {
        return await current.run(transaction, work)
      } finally {
        // A timer that was set in the transaction may run later.
        transaction.isOpen = false
      }
    },
    /** Throws within the work of a transaction. */
    requireOutside(): void {
      if (current.getStore()?.isOpen)
        throw new Error(
          'a query inside a transaction must use its tx: another connection would wait for it',
        )
    },
  }
}
