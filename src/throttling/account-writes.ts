/**
 * Limits the writes of an account to ACCOUNT_WRITES_PER_MINUTE on average. It may make those of ten minutes at once, as a program does
 * that adds many items.
 *
 * Logins, refreshes and changes are limited apart: a stolen access token cannot keep its owner from logging in. Each process has its own
 * counts, in memory.
 */
import { LRUCache } from 'lru-cache'
import type { Config } from '../config/config.ts'
import type { UnixMs } from '../store/schema.ts'
import type { Metrics, Write } from '../telemetry/metrics.ts'
import { BudgetExhausted } from './budget-exhausted.ts'

export type AccountWrites = ReturnType<typeof createAccountWrites>

export interface AccountWritesOptions {
  readonly config: Pick<Config, 'accountWritesPerMinute'>
  readonly now: () => UnixMs
  readonly metrics?: Metrics | undefined
}

/** Writes that still count, at a time from which on they are forgotten evenly. */
interface Count {
  readonly writes: number
  readonly at: UnixMs
}

/** Evens out the writes of ordinary programs. */
const minutesAtOnce = 10

/** Of more, those that wrote least recently are forgotten. */
const maxCounts = 10_000

const messages: Readonly<Record<Write, string>> = {
  login: 'Too many logins of this account',
  refresh: 'Too many refreshes of this account',
  change: 'Too many changes by this account',
}

export function createAccountWrites({ config, now, metrics }: AccountWritesOptions) {
  const perMs = config.accountWritesPerMinute / 60_000
  const limit = config.accountWritesPerMinute * minutesAtOnce
  const counts = new LRUCache<string, Count>({ max: maxCounts })

  return {
    /** Throws a `BudgetExhausted`. */
    take(write: Write, userId: string): void {
      const at = now()
      const key = `${write} ${userId}`
      const before = counts.get(key) ?? { writes: 0, at }
      // The clock may have been set back.
      const elapsed = Math.max(0, at - before.at)
      const writes = Math.max(0, before.writes - elapsed * perMs)
      const excess = writes + 1 - limit
      counts.set(key, { writes: excess > 0 ? writes : writes + 1, at })
      if (excess <= 0) return
      metrics?.countWriteThrottle(write)
      throw new BudgetExhausted(messages[write], at + excess / perMs, at)
    },
  }
}
