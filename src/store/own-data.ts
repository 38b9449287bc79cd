/** The tables of a server that is built on ours: its migrations, what it does when an account is deleted, and how its handlers reach them. */
import type { ColumnType, Kysely, Transaction } from 'kysely'
import type { MigrationOf } from './migrations/column-types.ts'
import type { Schema } from './schema.ts'
import type { Store } from './store.ts'

/** Begins the names of all own tables, indexes and views. No name of ours begins with it. */
export const ownPrefix = 'app_'

export interface OwnData {
  /** By name, in the order of the names, in a table of their own (`app_migration`). A released migration never changes. */
  readonly migrations: Readonly<Record<string, MigrationOf>>
  /** The column, in milliseconds, from which on the rows of a table are deleted. */
  readonly expires: Readonly<Record<string, string>>
  /** Whether each audit event becomes a message (`outbox.ts`). */
  readonly listens: boolean
  /** Called in the transaction that deletes the account, before its row is deleted. If it throws, nothing is deleted. */
  readonly onAccountDeleted?:
    | ((tx: Transaction<Schema>, userId: string) => Promise<void>)
    | undefined
}

export const noOwnData: OwnData = {
  migrations: {},
  expires: {},
  listens: false,
}

/** What own queries can read of an account, and cannot change: own tables are joined to it by `user_id`. */
export interface AccountsView {
  user_id: ColumnType<string, never, never>
  username: ColumnType<string, never, never>
}

/** The own tables, and `users`. */
export type OwnSchema<Tables> = Tables & { readonly users: AccountsView }

export interface OwnAccess<Tables> {
  /** Single statements. Inside a transaction, use its `tx`: `db` throws there. */
  readonly db: Kysely<OwnSchema<Tables>>
  /**
   * Runs `work` in a transaction, again after a conflict, so that it may run several times: it does nothing but queries. Throws what
   * `work` throws, a `TransactionConflict` after several conflicts, and a `StoreUnavailable`; each of the two is a 503. A violated
   * key is a conflict on PostgreSQL; if it stays violated, throws what the database throws (`isDuplicateKey`, `isMissingReference`). On
   * PostgreSQL, a statement that fails ends the transaction: it throws, also if `work` catches the error.
   *
   * Of transactions with the same `turn`, such as the id of the account whose rows they change, two at a time have a connection: the
   * others wait without one, so that they do not keep other accounts from writing.
   *
   *     await transaction(async (tx) => {
   *       await tx.insertInto('app_notes').values(note).execute()
   *     }, userId)
   */
  transaction<Result>(
    work: (tx: Transaction<OwnSchema<Tables>>) => Promise<Result>,
    turn?: string,
  ): Promise<Result>
}

export function ownAccess<Tables>({ db, transaction }: Pick<Store, 'db' | 'transaction'>) {
  // The types of own tables have no meaning at run time.
  return { db, transaction } as unknown as OwnAccess<Tables>
}
