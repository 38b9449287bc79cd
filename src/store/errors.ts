/** The errors of the store. `operations/refusals.ts` and `common-refusals.ts` map each to an HTTP response. */

/** Names rather than classes: the compiler checks that a list of them is complete. */
export type StoreErrorName =
  | 'UsernameTaken'
  | 'EmailTaken'
  | 'ProofUsed'
  | 'LastAdministrator'
  | 'TooManyItems'
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

/** A different account has proved that the address is its own. */
export class EmailTaken extends StoreError {
  override readonly name = 'EmailTaken'

  constructor() {
    super('The e-mail address belongs to a different account')
  }
}

/** The mailed proof was used by a concurrent request, or ended by a change of the account. */
export class ProofUsed extends StoreError {
  override readonly name = 'ProofUsed'

  constructor() {
    super('The proof is invalid, used or expired')
  }
}

/** The change would leave no enabled account with the administrator scope. */
export class LastAdministrator extends StoreError {
  override readonly name = 'LastAdministrator'

  constructor() {
    super('No administrator would remain')
  }
}

/** The account has as many items as it may have. */
export class TooManyItems extends StoreError {
  override readonly name = 'TooManyItems'

  constructor(maxItems: number) {
    super(`The account has ${maxItems} items: delete some first`)
  }
}

/** The database cannot be reached, or cannot execute statements. */
export class StoreUnavailable extends StoreError {
  override readonly name = 'StoreUnavailable'

  constructor(cause: unknown) {
    super('The database is unavailable', { cause })
  }
}

/** A concurrent transaction changed the same rows: this one was rolled back. */
export class TransactionConflict extends StoreError {
  override readonly name = 'TransactionConflict'

  constructor(cause: unknown) {
    super('The database is too busy', { cause })
  }
}
