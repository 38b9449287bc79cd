/**
 * Verifies passwords within the budgets of failed logins: per window, name and network, at most LOGIN_MAX_FAILURES +
 * processes × threads different wrong passwords are verified, however many arrive at once.
 *
 * The budgets are read on arrival, and again when a thread is free. A thread is released once the outcome is committed, so only
 * attempts that have a thread when an outcome is committed can miss that outcome. An outcome that the store rejected is written before the next
 * password is verified: if the store can be read but not written, guesses are rejected without revealing whether they were
 * right. Nothing is reserved: a crash or a client that disconnects leaves nothing behind.
 */
import type { About } from '../audit/audit.ts'
import { StoreUnavailable } from '../store/errors.ts'
import type { LoginBudgets } from '../throttling/login-budgets.ts'
import type { HashPool } from './hash-pool.ts'
import type { Passwords } from './passwords.ts'
import { shareOf } from './share.ts'

interface PresentedPassword {
  /** The key by which the account was looked up: failures are counted for it. */
  readonly name: string
  readonly password: string
  /** Absent if there is no such account: the check costs the same. */
  readonly storedHash: string | undefined
  readonly about: About
  /** The detail of the audit event for a wrong password. */
  readonly detail: string
  /** Aborting it before a thread is free cancels the check. */
  readonly signal: AbortSignal
}

export type PasswordCheck = ReturnType<typeof createPasswordCheck>

type Write = () => Promise<void>

export function createPasswordCheck(
  hashPool: HashPool,
  passwords: Passwords,
  loginBudgets: LoginBudgets,
) {
  /** At most one per thread. */
  const unwritten = new Set<Write>()

  async function commit(write: Write): Promise<void> {
    try {
      await write()
    } catch (error) {
      unwritten.add(write)
      throw error
    }
  }

  async function commitUnwritten(): Promise<void> {
    for (const write of unwritten) {
      unwritten.delete(write)
      await commit(write)
    }
  }

  /**
   * Counts and records a wrong password. Throws a `BudgetExhausted`, a `TooManyWaiting` if it cannot wait for a thread, and the
   * signal's reason.
   */
  return async function checkPassword(presented: PresentedPassword): Promise<boolean> {
    const { name, password, storedHash, about, detail, signal } = presented
    const readBudgets = loginBudgets(name, about)
    const share = shareOf({ username: name, address: about.address, isKnown: false })
    using thread = await hashPool.acquireThread({ share, signal, beforeWaiting: readBudgets })
    try {
      await commitUnwritten()
      const budgets = await readBudgets()
      const isRight = await passwords.verify(password, storedHash, { thread })
      await commit(() => (isRight ? budgets.succeeded() : budgets.failed(password, detail)))
      return isRight
    } catch (error) {
      // Otherwise the waiting checks would run into the timeout of the store one after the other.
      if (error instanceof StoreUnavailable) hashPool.rejectWaiting(error)
      throw error
    }
  }
}
