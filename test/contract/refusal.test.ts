import { expect, it } from 'vitest'
import {
  ClientDisconnected,
  InternalServerError,
  NotFound,
  refusalOf,
  UnreadableRequest,
} from '../../src/contract/refusal.ts'

it('unreadable requests and disconnected clients have codes', () => {
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

it('refusalOf returns a refusal unchanged', () => {
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
