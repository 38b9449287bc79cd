/** The errors of the store. `operations/refusals.ts` and `common-refusals.ts` map each to an HTTP response. */

export abstract class StoreError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }
}

export class UsernameTaken extends StoreError {
  constructor() {
    super('The username is taken')
  }
}

/** A different account has proved that the address is its own. */
export class EmailTaken extends StoreError {
  constructor() {
    super('The e-mail address belongs to a different account')
  }
}

/** The mailed proof was used by a concurrent request, or ended by a change of the account. */
export class ProofUsed extends StoreError {
  constructor() {
    super('The proof is invalid, used or expired')
  }
}

/** The change would leave no enabled account with the administrator scope. */
export class LastAdministrator extends StoreError {
  constructor() {
    super('No administrator would remain')
  }
}

/** The account has as many items as it may have. */
export class TooManyItems extends StoreError {
  constructor(maxItems: number) {
    super(`The account has ${maxItems} items: delete some first`)
  }
}

/** The database cannot be reached, or cannot execute statements. */
export class StoreUnavailable extends StoreError {
  constructor(cause: unknown) {
    super('The database is unavailable', { cause })
  }
}

/** A concurrent transaction changed the same rows: this one was rolled back. */
export class TransactionConflict extends StoreError {
  constructor(cause: unknown) {
    super('The database is too busy', { cause })
  }
}
