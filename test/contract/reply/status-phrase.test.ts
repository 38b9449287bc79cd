import { expect, it } from 'vitest'
import { statusPhrase } from '../../../src/contract/reply/status-phrase.ts'

it.each([
  [404, 'Not Found'],
  [413, 'Content Too Large'],
  [422, 'Unprocessable Content'],
])('%i has the name that RFC 9110 gives it', (status, phrase) => {
  expect(statusPhrase(status)).toBe(phrase)
})

it('an unknown status has a phrase, because a Problem requires a title', () => {
  expect(statusPhrase(299)).toBe('Unknown')
})
