import { expect, it } from 'vitest'
import { ClientGone, UnreadableRequest } from '../../src/contract/refusal.ts'

it('what never becomes a request, and what nobody waits for, have their codes too', () => {
  expect(new UnreadableRequest(431)).toMatchObject({
    status: 431,
    code: 'unreadable_request',
    message: 'The request cannot be read',
  })
  expect(new ClientGone()).toMatchObject({
    status: 503,
    code: 'temporarily_unavailable',
    message: 'The client has gone',
    headers: { 'Retry-After': '1' },
  })
})
