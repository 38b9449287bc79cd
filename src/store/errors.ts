/** What the store throws. It knows nothing of HTTP: `operations/store-refusals.ts` says what each is answered with. */

/** Names rather than classes, for a list that the compiler holds complete. */
export type StoreErrorName =
  | 'UsernameTaken'
  | 'LastAdministrator'
  | 'StoreUnavailable'
  | 'TransactionConflict'

export abstract class StoreError extends Error {
  abstract override readonly name: StoreErrorName
}

export class UsernameTaken extends StoreError {
  override readonly name = 'UsernameTaken'

  constructor() {
    super('The username is taken')
  }
}

/** Without this account nobody could administer the others. */
export class LastAdministrator extends StoreError {
  override readonly name = 'LastAdministrator'

  constructor() {
    super('Cannot remove the last administrator')
  }
}

/** The database cannot be reached, or refuses to work. */
export class StoreUnavailable extends StoreError {
  override readonly name = 'StoreUnavailable'

  constructor(cause: unknown) {
    super('The store does not answer', { cause })
  }
}

/** Another transaction changed the same rows: nothing of this one has been done. */
export class TransactionConflict extends StoreError {
  override readonly name = 'TransactionConflict'

  constructor(cause: unknown) {
    super('The store is too busy', { cause })
  }
}
