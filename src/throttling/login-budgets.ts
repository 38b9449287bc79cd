/**
 * The budgets of failed logins: per name and network, per name, and per network (OWASP ASVS 6.3.8, RFC 6749 §4.3.2).
 *
 * Failures are counted, nothing is reserved. Names that do not exist are counted as all others. The budget of a name does not
 * apply to networks where the name has logged in within 30 days: a stranger cannot lock anybody out.
 */
import type { About, Audit } from '../audit/audit.ts'
import type { Config } from '../config/config.ts'
import { mac } from '../keys/secrets.ts'
import type { Attempts, Budget } from '../store/attempts.ts'
import { usernameKey } from '../store/user-row.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { recordExhausted } from './budget-exhausted.ts'
import { networkOf } from './network.ts'

export interface LoginBudgetOptions {
  readonly attempts: Attempts
  readonly audit: Audit
  readonly config: Pick<Config, 'loginMaxFailures' | 'loginWindowMs'>
  /** Makes keys of names and addresses: a database dump has none, nor a password that was typed as a name. */
  readonly key: Uint8Array
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly metrics?: Metrics | undefined
}

/** Budgets of one name, at one address, that had room when they were read. */
export interface OpenBudgets {
  /**
   * Counts a wrong password, and records it, in one transaction. A password that was counted before in this window counts for
   * the network alone.
   */
  failed(password: string, detail: string): Promise<void>
  /** Forgets the failures of the name in this network, and remembers the network for 30 days. */
  succeeded(): Promise<void>
}

/** One read. Throws a `BudgetExhausted`; the first one of a window is recorded in the audit trail. */
export type ReadBudgets = () => Promise<OpenBudgets>

export type LoginBudgets = (username: string, about: About) => ReadBudgets

const rememberedMs = 30 * 86_400_000
/** In characters of base64: 24 bits suffice to recognise a password, and are too few to guess one by. */
const passwordMacLength = 4
/** How many times the limit of one pair the others are. */
const widerFactor = 10

export function createLoginBudgets(options: LoginBudgetOptions): LoginBudgets {
  const { attempts, audit, config, key, now, metrics } = options
  const { loginMaxFailures: limit, loginWindowMs: windowMs } = config

  return (username, about) => {
    const name = usernameKey(username)
    const network = networkOf(about.address ?? '')
    const pair = { key: mac(key, 'name and address', name, network), limit }
    const ofName = { key: mac(key, 'name', name), limit: widerFactor * limit }
    const ofNetwork = { key: mac(key, 'address', network), limit: widerFactor * limit }
    const known = mac(key, 'known address', name, network)
    const macOf = (password: string) =>
      mac(key, 'password', name, password).slice(0, passwordMacLength)

    return async function readBudgets() {
      const all = [pair, ofName, ofNetwork]
      const { counts, isKnown } = await attempts.read(all.map(keyOf), known, now())
      const budgets = isKnown ? [pair, ofNetwork] : all
      const isUsedUp = (budget: Budget) => (counts.get(budget.key)?.failures ?? 0) >= budget.limit
      const full = counts.get(budgets.find(isUsedUp)?.key ?? '')
      if (full) {
        throw await recordExhausted({ attempts, audit, windowMs, now, metrics }, full, {
          kind: 'login_throttled',
          about,
          message: 'Too many failed logins',
        })
      }

      return {
        async failed(password, detail) {
          const at = now()
          const failure = {
            keys: budgets.map(keyOf),
            keysIfRepeated: [ofNetwork.key],
            password: { key: pair.key, mac: macOf(password) },
            now: at,
            expiresAt: at + windowMs,
          }
          await attempts.fail(failure, audit.event('login_failed', { ...about, detail }))
        },

        async succeeded() {
          await attempts.succeed({
            ...(counts.has(pair.key) && { resetKey: pair.key }),
            address: known,
            addressExpiresAt: now() + rememberedMs,
          })
        },
      }
    }
  }
}

function keyOf({ key }: Budget): string {
  return key
}
