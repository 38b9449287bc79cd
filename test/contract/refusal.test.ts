import { expect, it } from 'vitest'
import {
  ClientDisconnected,
  InternalServerError,
  NotFound,
  refusalOf,
  UnreadableRequest,
} from '../../src/contract/refusal.ts'

it('what never becomes a request, and what nobody waits for, have their codes too', () => {
  expect(new UnreadableRequest(431)).toMatchObject({
    status: 431,
    code: 'unreadable_request',
    message: 'The request cannot be read',
  })
  expect(new ClientDisconnected()).toMatchObject({
    status: 503,
    code: 'temporarily_unavailable',
    message: 'The client disconnected',
    headers: { 'Retry-After': '1' },
  })
})

it('a refusal is left as it is', () => {
  const refusal = new NotFound()
  expect(refusalOf(refusal)).toBe(refusal)
})

it.each([
  new Error('no such table: users'),
  Object.assign(new Error('x'), { status: 404 }),
  'a string',
  null,
  undefined,
])('anything else is a defect: %s [C8]', (error) => {
  const refusal = refusalOf(error)
  expect(refusal).toEqual(new InternalServerError(error))
  expect(refusal.cause).toBe(error)
})
