import { expect, it } from 'vitest'
import {
  BadRequest,
  InternalServerError,
  isOfLayer,
  Refusal,
} from '../../../src/contract/errors/refusal.ts'
import { refuser } from '../../../src/contract/errors/refuse.ts'
import { bookContract } from '../books.ts'

it('a defect has a public message, and its private cause [C8]', () => {
  const cause = new Error('no such table: users')
  const defect = new InternalServerError(cause)
  expect(defect).toMatchObject({ status: 500, code: 'server_error', cause })
  expect(defect.message).toBe('Internal server error')
})

it('a refusal of the layer is told from one that a handler has made', () => {
  const { readBook } = bookContract().operations
  if (!readBook) throw new Error('no operation')
  const made = refuser('readBook', readBook)[400]?.('invalid', 'Invalid')
  expect(made).toBeInstanceOf(Refusal)
  expect(isOfLayer(new BadRequest('Invalid'))).toBe(true)
  expect(isOfLayer(made)).toBe(false)
  expect(isOfLayer(new Error('Invalid'))).toBe(false)
})
