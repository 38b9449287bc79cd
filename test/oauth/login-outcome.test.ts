import { describe, expect, it } from 'vitest'
import { ClientDisconnected } from '../../src/oauth/disconnect.ts'
import { countOutcome } from '../../src/oauth/login-outcome.ts'
import {
  InactiveUser,
  InvalidRequest,
  InvalidScope,
  WrongCredentials,
} from '../../src/oauth/oauth-errors.ts'
import { TooManyWaiting } from '../../src/passwords/admission.ts'
import { StoreUnavailable } from '../../src/store/errors.ts'
import { createMetrics, type LoginOutcome } from '../../src/telemetry/metrics.ts'
import { BudgetExhausted } from '../../src/throttling/budget-exhausted.ts'

const ends: readonly (readonly [LoginOutcome, Error])[] = [
  ['wrong_credentials', new WrongCredentials(401, 'unknown user')],
  ['disabled', new InactiveUser()],
  ['throttled', new BudgetExhausted('Too many failed logins', 1, 0)],
  ['unavailable', new TooManyWaiting(1)],
  ['unavailable', new StoreUnavailable('gone')],
  ['abandoned', new ClientDisconnected()],
  ['refused', new InvalidScope('The scope is malformed')],
  ['refused', new InvalidRequest('password is too long')],
  ['failed', new Error('x')],
]

/** The outcomes that were counted. */
async function outcomesOf(login: () => Promise<unknown>): Promise<LoginOutcome[]> {
  const seen: LoginOutcome[] = []
  const countLogin = (outcome: LoginOutcome) => void seen.push(outcome)
  await countOutcome({ ...createMetrics(), countLogin }, login).catch(() => {})
  return seen
}

describe('the outcome of a login', () => {
  it('is counted if the login succeeds, and the result is returned', async () => {
    expect(await outcomesOf(async () => 'x')).toEqual(['succeeded'])
    expect(await countOutcome(undefined, async () => 'x')).toBe('x')
  })

  it.each(ends)('is counted as %s, and the error is rethrown: %s', async (outcome, error) => {
    const login = () => Promise.reject(error)
    expect(await outcomesOf(login)).toEqual([outcome])
    await expect(countOutcome(undefined, login)).rejects.toBe(error)
  })
})
