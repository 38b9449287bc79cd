/** The refusal for each error of the store. An error that is missing here does not compile. */
import { Refusal, ServiceUnavailable } from '#contract'
import { StoreError, type StoreErrorName } from '../store/errors.ts'

const refusals: Readonly<Record<StoreErrorName, (error: StoreError) => Refusal>> = {
  UsernameTaken: () => new Refusal(409, 'username_taken', 'The username is taken'),
  LastAdministrator: () => new Refusal(409, 'last_administrator', 'No administrator would remain'),
  TooManyItems: ({ message }) => new Refusal(409, 'too_many_items', message),
  StoreUnavailable: ({ cause }) => new ServiceUnavailable('The database is unavailable', 1, cause),
  TransactionConflict: ({ cause }) => new ServiceUnavailable('The database is too busy', 1, cause),
}

/** Returns undefined for other errors. */
export function storeRefusal(error: unknown): Refusal | undefined {
  return error instanceof StoreError ? refusals[error.name](error) : undefined
}
