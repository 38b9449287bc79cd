import { describe, expect, it } from 'vitest'
import { storeRefusal } from '../../src/operations/store-refusals.ts'
import * as errors from '../../src/store/errors.ts'

const gone = new Error('connection lost')

describe('storeRefusal', () => {
  it.each([
    [new errors.UsernameTaken(), 409, 'username_taken', 'The username is taken'],
    [new errors.LastAdministrator(), 409, 'last_administrator', 'No administrator would remain'],
  ])('maps %s to %i %s', (error, status, code, message) => {
    expect(storeRefusal(error)).toMatchObject({ status, code, message, headers: {} })
  })

  it.each([
    [new errors.StoreUnavailable(gone), 'The database is unavailable'],
    [new errors.TransactionConflict(gone), 'The database is too busy'],
  ])('sends Retry-After for %s, and logs the cause [J4]', (error, message) => {
    expect(storeRefusal(error)).toMatchObject({
      status: 503,
      code: 'temporarily_unavailable',
      message,
      headers: { 'Retry-After': '1' },
      cause: gone,
    })
  })

  it('returns undefined for other errors', () => {
    expect(storeRefusal(gone)).toBeUndefined()
    expect(storeRefusal(undefined)).toBeUndefined()
  })
})
