import { expect, it } from 'vitest'
import { BudgetExhausted } from '../../src/throttling/budget-exhausted.ts'

it.each([
  [90_000, 90],
  [89_001, 90],
  [1, 1],
  [0, 1],
  [-5000, 1],
])('Retry-After for %i ms is in whole seconds, and at least one [H1]', (ms, seconds) => {
  const now = 1_700_000_000_000
  expect(new BudgetExhausted('Too many failed logins', now + ms, now).headers).toEqual({
    'Retry-After': seconds,
  })
})
