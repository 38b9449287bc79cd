import { expect, it } from 'vitest'
import type { Write } from '../../src/telemetry/metrics.ts'
import { createAccountWrites } from '../../src/throttling/account-writes.ts'
import { BudgetExhausted } from '../../src/throttling/budget-exhausted.ts'

/** The number of writes that are allowed at once, and the Retry-After of the next one. */
function allowances(accountWritesPerMinute: number) {
  let now = 1_767_323_045_678
  const config = { accountWritesPerMinute }
  const writes = createAccountWrites({ config, now: () => now })
  const take = (userId = 'u_1', write: Write = 'change') => {
    for (let taken = 0; ; taken += 1) {
      try {
        writes.take(write, userId)
      } catch (error) {
        if (!(error instanceof BudgetExhausted)) throw error
        return [taken, error.headers?.['Retry-After']]
      }
    }
  }
  const advance = (ms: number) => {
    now += ms
  }
  return { take, advance }
}

it.each([
  [1, 60],
  [7, 9],
  [60, 1],
  [1000, 1],
])(
  '%i writes a minute: the account may make ten times as many at once, and the next one after %s seconds [H8]',
  (...row) => {
    const [perMinute, retryAfter] = row
    const { take, advance } = allowances(perMinute)
    expect(take()).toEqual([10 * perMinute, retryAfter])
    advance(Number(retryAfter) * 1000)
    expect(take()[0]).toBeGreaterThanOrEqual(1)
    advance(60_000)
    expect(take()[0]).toBeGreaterThanOrEqual(perMinute)
    advance(600_000)
    expect(take()[0]).toBe(10 * perMinute)
  },
)

it('an account makes as many writes a minute as the limit, however often it tries [H8]', () => {
  const { take, advance } = allowances(60)
  take()
  let taken = 0
  for (let at = 0; at < 6000; at += 1) {
    advance(100)
    taken += Number(take()[0])
  }
  expect(taken).toBe(600)
})

it('other accounts, logins, refreshes and changes are counted apart [H8]', () => {
  const { take } = allowances(2)
  for (const write of ['change', 'login', 'refresh'] as const) {
    expect(take('u_1', write)[0]).toBe(20)
    expect(take('u_1', write)[0]).toBe(0)
  }
  expect(take('u_2')[0]).toBe(20)
})

it('a clock that is set back prolongs no wait [H8]', () => {
  const { take, advance } = allowances(60)
  take()
  advance(-3_600_000)
  expect(take()).toEqual([0, 1])
  advance(1000)
  expect(take()[0]).toBe(1)
})

it('forgets the accounts that wrote least recently, so that its memory is bounded [H8]', () => {
  const { take } = allowances(1)
  for (let at = 0; at <= 10_000; at += 1) take(`u_${at}`)
  expect(take('u_10000')[0]).toBe(0)
  expect(take('u_0')[0]).toBe(10)
})
