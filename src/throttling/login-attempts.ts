/**
 * The budget of failed logins: per name and address, per name, and per address (OWASP ASVS 6.3.8, RFC 6749 §4.3.2).
 *
 * A failure is reserved before the password is hashed and given back after a success, so that neither guesses made at once nor
 * hanging up cost less. Names that do not exist are counted as all others. A name's own limit spares the addresses
 * where it has logged in lately: nobody is locked out by a stranger.
 *
 * A reservation is no failure yet: whoever finds a budget used up by reservations waits for what becomes of them, as many as may
 * wait for a hash. For those of another process one of them looks again and again, until none comes there for ten seconds; after
 * a minute they count as failures, for the process must have died.
 */
import { isIPv4, isIPv6, SocketAddress } from 'node:net'
import type { About, Audit } from '../audit/audit.ts'
import type { Config } from '../config/config.ts'
import { ClientGone, ServiceUnavailable } from '../contract/refusal.ts'
import { mac } from '../keys/secrets.ts'
import type { Attempts, Budget, UsedUpBudget } from '../store/attempts.ts'
import { usernameKey } from '../store/user-row.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { createInFlight } from './in-flight.ts'
import { createOwedDecisions } from './owed-decisions.ts'
import { TooManyFailures } from './too-many-failures.ts'

export interface LoginAttemptOptions {
  readonly attempts: Attempts
  readonly audit: Audit
  readonly config: Pick<Config, 'loginMaxFailures' | 'loginWindowMs' | 'hashQueue'>
  /** Makes keys of names and addresses: a database dump has none, and a password typed as a name is not in it. */
  readonly key: Uint8Array
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly metrics?: Metrics | undefined
}

export interface LoginAttempts {
  /**
   * Reserves a failure. Throws a `TooManyFailures`; the first of a window is written down. Where it is not known yet whether there
   * are too many, and no place to wait for that, a `ServiceUnavailable`.
   */
  begin(username: string, about: About, hangUp?: AbortSignal): Promise<Attempt>
}

/** To be disposed of when its outcome is written: others may wait for it. */
export interface Attempt extends Disposable {
  /** Keeps the failure, but a wrong password that was counted before counts for the address alone. */
  failed(password: string): Promise<void>
  /** Keeps the failure: nobody knows whether the password is right. */
  kept(): Promise<void>
  /** Gives the failure back, and forgets the earlier ones of this name here. */
  succeeded(): Promise<void>
  /** Gives the failure back: the password was not looked at. */
  withdrawn(): Promise<void>
}

const rememberedMs = 30 * 86_400_000
/** 24 bits: enough to know a password again, too few to guess one by. */
const macLength = 4
const timesMore = 10

export function createLoginAttempts({
  attempts,
  audit,
  config,
  key,
  now,
  metrics,
}: LoginAttemptOptions): LoginAttempts {
  const { loginMaxFailures, loginWindowMs, hashQueue } = config
  const inFlight = createInFlight(hashQueue, now)
  const owed = createOwedDecisions(attempts)

  /** Throws what `begin` throws. */
  const reserve = async (budgets: readonly Budget[], about: About, hangUp?: AbortSignal) => {
    using place = inFlight.place(hangUp)
    for (;;) {
      if (hangUp?.aborted) throw new ClientGone()
      const usedUp = await attempts.reserve(budgets, now(), now() + loginWindowMs)
      if (!usedUp) return
      const { key, undecidedUntil } = usedUp
      if (undecidedUntil === undefined) throw await tooMany(usedUp, about)
      const mayHaveRoom = await place.wait(key, undecidedUntil)
      if (!mayHaveRoom) throw hangUp?.aborted ? new ClientGone() : tooBusy()
      // It is not known what has become of them, nor is it to be asked now.
      if (owed.any(key)) throw new ServiceUnavailable('The store does not answer', 1)
    }
  }

  const tooMany = async ({ key, isTold, until }: UsedUpBudget, about: About) => {
    metrics?.throttled()
    const isNews = !isTold && (await attempts.tell(key))
    if (isNews) await audit.record('login_throttled', about)
    return new TooManyFailures(until, now())
  }

  const tooBusy = () => {
    metrics?.hashRefused()
    return new ServiceUnavailable('Too many logins are waiting', 1)
  }

  return {
    async begin(username, about, hangUp) {
      await owed.pay()
      const name = usernameKey(username)
      const network = networkOf(about.address ?? '')
      const pair = mac(key, 'name and address', name, network)
      const known = mac(key, 'known address', name, network)
      const byName = { key: mac(key, 'name', name), limit: timesMore * loginMaxFailures }
      const byAddress = { key: mac(key, 'address', network), limit: timesMore * loginMaxFailures }
      const isKnown = await attempts.isKnownAddress(known, now())
      const others = isKnown ? [byAddress] : [byName, byAddress]
      const budgets = [{ key: pair, limit: loginMaxFailures }, ...others]
      await reserve(budgets, about, hangUp)
      const keys = budgets.map(keyOf)
      const underway = inFlight.begin(keys)
      const ofName = budgets.filter((budget) => budget !== byAddress)

      return {
        failed: (password) => {
          const short = mac(key, 'password', name, password).slice(0, macLength)
          const login = {
            keys,
            ofName: ofName.map(keyOf),
            password: { key: pair, mac: short },
            now: now(),
            expiresAt: now() + loginWindowMs,
          }
          return owed.orKept(keys, attempts.fail(login))
        },
        succeeded: () => {
          const login = {
            reset: pair,
            release: others.map(keyOf),
            address: known,
            addressExpiresAt: now() + rememberedMs,
          }
          return owed.orReleased(keys, attempts.succeed(login))
        },
        kept: () => owed.orKept(keys, attempts.keep(keys)),
        withdrawn: () => owed.orReleased(keys, attempts.release(keys)),
        [Symbol.dispose]: () => underway[Symbol.dispose](),
      }
    },
  }
}

function keyOf({ key }: Budget): string {
  return key
}

/** Whoever has one IPv6 address has its /64. A proxy may have written a port; what is no address is all one. */
export function networkOf(text: string): string {
  const v4 = /^([\d.]+)(?::\d+)?$/.exec(text)?.[1]
  if (v4 && isIPv4(v4)) return v4
  const v6 = /^\[(.*)\](?::\d+)?$/.exec(text)?.[1] ?? text
  const address = v6.replace(/%.*/, '')
  if (!isIPv6(address)) return 'no address'
  const normal = new SocketAddress({ address, family: 'ipv6' }).address
  const mapped = /^::ffff:([\d.]+)$/.exec(normal)?.[1]
  if (mapped) return mapped
  const [head = '', tail] = normal.split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail?.split(':').filter(Boolean) ?? []
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0')
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`
}
