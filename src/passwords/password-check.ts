/**
 * Verifies a password within the budgets of failed logins: in a window no more than LOGIN_MAX_FAILURES + processes × threads
 * different wrong passwords are judged for one name and network, however many come at once.
 *
 * The budgets are read on arrival, and again when a thread is free. The thread is held until the outcome is committed, so that
 * only those who hold one at this moment can have missed it. An outcome that the store does not take is written before the
 * next password is judged: where the store can be read and not written, guesses are refused, and none tells whether it was
 * right. Nothing is reserved: neither a crash nor a client that hangs up leaves anything behind.
 */
import type { About } from '../audit/audit.ts'
import { StoreUnavailable } from '../store/errors.ts'
import type { LoginBudgets } from '../throttling/login-budgets.ts'
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
  /** A client that aborts before a thread is free is not judged. */
  readonly signal: AbortSignal
}

/**
 * A wrong password is counted and recorded. Throws a `BudgetExhausted`, a `ServiceUnavailable` where too many wait, and the
 * signal's reason.
 */
export type PasswordCheck = (presented: PresentedPassword) => Promise<boolean>

type Write = () => Promise<void>

export function createPasswordCheck(options: PasswordCheckOptions): PasswordCheck {
  const { hashPool, passwords, loginBudgets } = options
  /** At most one for each thread. */
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

  return async function checkPassword({ username, password, storedHash, ...presented }) {
    const { about, detail, signal } = presented
    const readBudgets = loginBudgets(username, about)
    using thread = await hashPool.acquireThread({ signal, beforeWaiting: readBudgets })
    try {
      await commitUnwritten()
      const budgets = await readBudgets()
      const isRight = await passwords.verify(password, storedHash, thread)
      await commit(() => (isRight ? budgets.succeeded() : budgets.failed(password, detail)))
      return isRight
    } catch (error) {
      // Those who wait would ask the store one after the other, and wait for its time limit each time.
      if (error instanceof StoreUnavailable) hashPool.rejectWaiting(error)
      throw error
    }
  }
}
