/**
 * The budgets of failed logins: per name and per network, and for a name and for all names in a network or its site (OWASP ASVS
 * 6.3.8, RFC 6749 §4.3.2).
 *
 * Failures are counted and nothing is reserved. A name is the key by which an account is looked up: with LOGIN_WITH=username,email, an account
 * has two. Unknown names are counted like known ones. Only the budgets of one network apply to networks from which the name has logged in
 * within 30 days, so that an attacker cannot lock a user out.
 */

import type { About, Audit } from '../audit/audit.ts'
import type { Config } from '../config/config.ts'
import { mac } from '../keys/secrets.ts'
import type { Attempts, Budget } from '../store/attempts.ts'
import type { UnixMs } from '../store/schema.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { recordExhausted } from './budget-exhausted.ts'
import { networkOf, siteFactor, siteOf } from './network.ts'

export interface LoginBudgetOptions {
  readonly attempts: Attempts
  readonly audit: Audit
  readonly config: Pick<Config, 'loginMaxFailures' | 'loginWindowMs'>
  /** The MAC key for names and networks: a database dump reveals neither, nor a password that was entered as a name. */
  readonly key: Uint8Array
  readonly now: () => UnixMs
  readonly metrics?: Metrics | undefined
}

export type LoginBudgets = ReturnType<typeof createLoginBudgets>

const knownNetworkMs = 30 * 86_400_000
/** In base64 characters: 24 bits are enough to recognize a password, and too few to recover it. */
const passwordMacLength = 4
/** The limit per name, and per network, as a multiple of the limit per name and network. */
const widerFactor = 10
/** The limit per name and site, likewise: one network cannot exhaust it, and it takes five sites to exhaust the limit per name. */
const nameInSiteFactor = 2

export function createLoginBudgets(options: LoginBudgetOptions) {
  const { attempts, audit, config, key, now, metrics } = options
  const { loginWindowMs: windowMs } = config

  return (name: string, about: About) => {
    const { address = '' } = about
    const { known, ...own } = loginBudgetsOf(options, name, address)
    const { perNameAndNetwork, perName, perNetwork, perNameAndSite, perSite } = own
    const macOf = (password: string) =>
      mac(key, 'password', name, password).slice(0, passwordMacLength)

    /** Reads the budgets once. Throws a `BudgetExhausted`. */
    return async function readBudgets() {
      const all = [perNameAndNetwork, perName, perNetwork, perNameAndSite, perSite]
      const { counts, isKnown } = await attempts.read(all.map(keyOf), known, now())
      const budgets = isKnown ? [perNameAndNetwork, perNetwork] : all
      const forAllNames = [perNetwork, perSite]
      const isExhausted = (budget: Budget) =>
        (counts.get(budget.key)?.failures ?? 0) >= budget.limit
      const exhausted = counts.get(budgets.find(isExhausted)?.key ?? '')
      if (exhausted) {
        throw await recordExhausted({ attempts, audit, windowMs, now, metrics }, exhausted, {
          kind: 'login_throttled',
          about,
          message: 'Too many failed logins',
        })
      }

      return {
        /** Whether the name has logged in from this network within 30 days. */
        isKnown,

        /**
         * Counts and records a wrong password in one transaction. A password that was already counted in this window counts for
         * the network and its site only.
         */
        async failed(password: string, detail: string): Promise<void> {
          const at = now()
          const failure = {
            keys: budgets.map(keyOf),
            keysIfRepeated: budgets.filter((each) => forAllNames.includes(each)).map(keyOf),
            password: { key: perNameAndNetwork.key, mac: macOf(password) },
            now: at,
            expiresAt: at + windowMs,
          }
          await attempts.fail(failure, audit.event('login_failed', { ...about, detail }))
        },

        /** Deletes the failures of the name in this network, and remembers the network for 30 days. */
        async succeeded(): Promise<void> {
          await attempts.succeed({
            resetKeys: counts.has(perNameAndNetwork.key) ? [perNameAndNetwork.key] : [],
            address: known,
            addressExpiresAt: now() + knownNetworkMs,
          })
        },
      }
    }
  }
}

/**
 * For a new password that was proven by mail: like a login in this network, and also forgets the failures of the name elsewhere, whose
 * budget may be exhausted by strangers. Those of the network stay.
 */
export async function forgetFailures(
  options: Pick<LoginBudgetOptions, 'attempts' | 'config' | 'key' | 'now'>,
  name: string,
  address = '',
): Promise<void> {
  const { attempts, now } = options
  const own = loginBudgetsOf(options, name, address)
  await attempts.succeed({
    resetKeys: [own.perNameAndNetwork, own.perName, own.perNameAndSite].map(keyOf),
    address: own.known,
    addressExpiresAt: now() + knownNetworkMs,
  })
}

function loginBudgetsOf(
  { config: { loginMaxFailures: limit }, key }: Pick<LoginBudgetOptions, 'config' | 'key'>,
  name: string,
  address: string,
) {
  const network = networkOf(address)
  const site = siteOf(address)
  const perNetwork = { key: mac(key, 'address', network), limit: widerFactor * limit }
  return {
    perNameAndNetwork: { key: mac(key, 'name and address', name, network), limit },
    perName: { key: mac(key, 'name', name), limit: widerFactor * limit },
    perNetwork,
    perNameAndSite: {
      key: mac(key, 'name and site', name, site),
      limit: nameInSiteFactor * limit,
    },
    perSite: { key: mac(key, 'site', site), limit: siteFactor(site) * perNetwork.limit },
    /** The key under which the network is remembered. */
    known: mac(key, 'known address', name, network),
  }
}

function keyOf({ key }: Budget): string {
  return key
}
