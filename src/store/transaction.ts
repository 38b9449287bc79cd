/** A transaction that is tried again where another one was in its way, and rows to queue at. */
import type { Kysely, Transaction } from 'kysely'
import { ServiceUnavailable } from '../contract/refusal.ts'
import type { Schema } from './schema.ts'

/** What one transaction has done does not go together with what another did meanwhile: nothing of it has been done. */
export class InTheWay extends ServiceUnavailable {
  constructor(cause: unknown) {
    super('The store is too busy', 1, cause)
  }
}

const mostTries = 4

/** `work` may be called several times, and then counts once. Throws what it throws, and a `ServiceUnavailable`. */
export async function inTransaction<Tables extends Schema, Result>(
  db: Kysely<Tables>,
  work: (tx: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  return await untilThrough(() => db.transaction().execute(work))
}

export async function untilThrough<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof InTheWay) || tries === mostTries) throw error
    }
  }
}

/** Makes transactions queue that would not see each other: whoever comes second goes on when the first has committed. */
export async function queueAt(
  tx: Kysely<Schema>,
  name: 'administrators' | 'signing keys',
): Promise<void> {
  await tx
    .updateTable('locks')
    .set((e) => ({ taken: e('taken', '+', 1) }))
    .where('name', '=', name)
    .execute()
}
