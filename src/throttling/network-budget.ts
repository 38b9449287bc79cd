/** Limits the requests of a kind that need no account, per network and site. */
import type { Audit, AuditKind } from '../audit/audit.ts'
import type { Config } from '../config/config.ts'
import { mac } from '../keys/secrets.ts'
import type { UnixMs } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { recordExhausted } from './budget-exhausted.ts'
import { networkOf, siteFactor, siteOf } from './network.ts'

export interface NetworkBudgetOptions {
  readonly config: Pick<Config, 'loginWindowMs'>
  readonly store: Pick<Store, 'attempts'>
  readonly audit: Audit
  /** The MAC key for the identifiers of networks. */
  readonly attemptsKey: Uint8Array
  readonly now: () => UnixMs
  readonly metrics: Metrics | undefined
}

export interface NetworkBudget {
  /** What is counted: part of the key, and the detail of the event. */
  readonly what: string
  /** For a network in a window. */
  readonly limit: number
  /** The event of the first refusal in a window. */
  readonly kind: AuditKind
  /** Of the refusal. */
  readonly message: string
}

/** Counts for the network first, so that one network cannot exhaust the budget of its site. Throws a `BudgetExhausted`. */
export async function takeFromNetwork(
  { config, store, audit, attemptsKey, now, metrics }: NetworkBudgetOptions,
  address: string,
  { what, limit, kind, message }: NetworkBudget,
): Promise<void> {
  const { loginWindowMs: windowMs } = config
  const site = siteOf(address)
  const budgets = [
    { key: mac(attemptsKey, what, networkOf(address)), limit },
    { key: mac(attemptsKey, what, 'site', site), limit: siteFactor(site) * limit },
  ]
  for (const budget of budgets) {
    const full = await store.attempts.take(budget, now(), now() + windowMs)
    if (!full) continue
    const about = { address, detail: what }
    const options = { attempts: store.attempts, audit, windowMs, now, metrics }
    throw await recordExhausted(options, full, { kind, about, message })
  }
}
