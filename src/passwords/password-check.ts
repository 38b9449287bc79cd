/**
 * Verifies a password within the budgets of failed logins: in a window no more than limit + processes × threads different wrong
 * passwords are judged, however many come at once.
 *
 * The budgets are read on arrival, and again when a thread is free. The thread is held until a failure is committed, so that
 * only those who hold one at this moment can have missed it. Nothing is reserved: neither a crash nor a client that hangs up
 * leaves anything behind.
 */
import type { About } from '../audit/audit.ts'
import { StoreUnavailable } from '../store/errors.ts'
import type { LoginBudget, LoginBudgets } from '../throttling/login-budgets.ts'
import type { HashPool } from './hash-pool.ts'
import type { Passwords } from './passwords.ts'

export interface PasswordCheckOptions {
  readonly hashPool: HashPool
  readonly passwords: Passwords
  readonly loginBudgets: LoginBudgets
}

export interface PresentedPassword {
  readonly username: string
  readonly password: string
  /** Absent where there is no such account, which costs the same. */
  readonly storedHash: string | undefined
  readonly about: About
  /** What the audit trail says of a wrong one. */
  readonly detail: string
  /** Whoever aborts before a thread is free is not judged. */
  readonly signal: AbortSignal
}

/**
 * A wrong password is counted and recorded. Throws a `BudgetUsedUp`, a `ServiceUnavailable` where too many wait, and the
 * signal's reason.
 */
export async function isRightPassword(
  options: PasswordCheckOptions,
  presented: PresentedPassword,
): Promise<boolean> {
  const budget = options.loginBudgets(presented.username, presented.about)
  const isRight = await judged(options, presented, budget)
  if (isRight) await budget.succeeded()
  return isRight
}

async function judged(
  { hashPool, passwords }: PasswordCheckOptions,
  { password, storedHash, detail, signal }: PresentedPassword,
  budget: LoginBudget,
): Promise<boolean> {
  using thread = await hashPool.thread({ signal, beforeWaiting: budget.requireRoom })
  try {
    await budget.requireRoom()
    const isRight = await passwords.verify(password, storedHash, thread)
    if (!isRight) await budget.failed(password, detail)
    return isRight
  } catch (error) {
    // Those who wait would ask the store one after the other, and wait for its time limit each time.
    if (error instanceof StoreUnavailable) hashPool.refuseWaiting(error)
    throw error
  }
}
