/** The lists of `src/operations/refusals.ts`: what errors become. That they are declared is checked by the compiler. */
import { describe, expect, it } from 'vitest'
import type { Mapping } from '#contract'
import { contract, type OperationId } from '../../generated/contract.ts'
import { HttpError } from '../../src/http-error.ts'
import { commonRefusals } from '../../src/operations/common-refusals.ts'
import { refusals, refusalsOfOthers } from '../../src/operations/refusals.ts'
import * as errors from '../../src/store/errors.ts'
import { BudgetExhausted } from '../../src/throttling/budget-exhausted.ts'
import { mappedBy } from '../harness/refuse-of.ts'

type Lists = { readonly [Id in OperationId]?: readonly Mapping<never>[] }

const gone = new Error('connection lost')
const outages: unknown[] = []
const common = commonRefusals((error) => outages.push(error))

/** What the error becomes in the operation. */
const refusalOf = (id: OperationId, error: unknown, lists: Lists = refusals) =>
  mappedBy(id, [...(lists[id] ?? []), ...common], error)

describe('an error of the store', () => {
  it.each<[OperationId, Error, string, string]>([
    ['registerUser', new errors.UsernameTaken(), 'username_taken', 'The username is taken'],
    ['updateUser', new errors.UsernameTaken(), 'username_taken', 'The username is taken'],
    [
      'updateUser',
      new errors.LastAdministrator(),
      'last_administrator',
      'No administrator would remain',
    ],
    [
      'deleteUsersMe',
      new errors.LastAdministrator(),
      'last_administrator',
      'No administrator would remain',
    ],
    [
      'createItem',
      new errors.TooManyItems(3),
      'too_many_items',
      'The account has 3 items: delete some first',
    ],
  ])('is a conflict of %s: %s', (id, error, code, message) => {
    expect(refusalOf(id, error)).toMatchObject({ status: 409, code, message, headers: {} })
  })

  it.each(Object.keys(contract.operations) as OperationId[])(
    'is a 503 of %s in an outage [J4]',
    (id) => {
      const outage = new errors.StoreUnavailable(gone)
      const conflict = new errors.TransactionConflict(gone)
      for (const error of [outage, conflict])
        expect(refusalOf(id, error)).toMatchObject({
          status: 503,
          code: 'temporarily_unavailable',
          message: error.message,
          headers: { 'Retry-After': '1' },
          cause: gone,
        })
      expect(outages.at(-1)).toBe(outage)
    },
  )

  it('is in a list, whichever it is', () => {
    const classes = Object.values(errors).filter((each) => each !== errors.StoreError)
    const listed = [...Object.values(refusals).flat(), ...common].map(
      ({ errorClass }) => errorClass,
    )
    expect(classes.filter((each) => !listed.includes(each))).toEqual([])
  })
})

describe('an operation that changes something', () => {
  const changing = Object.entries(contract.operations).filter(
    ([, { method, security }]) =>
      !['get', 'delete'].includes(method) && security.some((schemes) => 'OAuth2' in schemes),
  )

  it.each(changing.map(([id]) => id as OperationId))(
    'limits the changes of an account: %s',
    (id) => {
      expect(refusalOf(id, new BudgetExhausted('Too many changes', 2000, 0))).toMatchObject({
        status: 429,
        code: 'temporarily_unavailable',
        headers: { 'Retry-After': '2' },
      })
    },
  )
})

describe('an error in no list', () => {
  it.each([gone, undefined, new errors.UsernameTaken(), new HttpError(418, 'teapot', 'No')])(
    'is a defect: %s',
    (error) => {
      expect(refusalOf('readItem', error)).toBeUndefined()
    },
  )
})

describe('an operation of a product', () => {
  const product = { readItem: refusalsOfOthers }

  it('refuses with what our services throw, if it declares the status', () => {
    const error = new HttpError(404, 'not_found', 'No', { cause: gone })
    expect(refusalOf('readItem', error, product)).toMatchObject({
      status: 404,
      code: 'not_found',
      message: 'No',
      cause: gone,
    })
  })

  it('fails with what it does not declare', () => {
    const error = new HttpError(418, 'teapot', 'No')
    expect(() => refusalOf('readItem', error, product)).toThrow(error)
    const code = new HttpError(404, 'no_such', 'No')
    expect(() => refusalOf('readItem', code, product)).toThrow(TypeError)
  })

  it('takes a range for a status', () => {
    const [anyThrown] = refusalsOfOthers
    const seen: unknown[] = []
    const refuse = { '4XX': (...given: unknown[]) => seen.push(given) }
    anyThrown?.refusalFor(new HttpError(410, 'gone', 'Gone') as never, refuse as never)
    expect(seen).toEqual([['gone', 'Gone', { status: 410, headers: {}, faults: [] }]])
  })
})
