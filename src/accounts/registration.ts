/** Accounts for whoever asks: off unless it is set open, and few from one address. */
import type { Registration } from '../../generated/api.ts'
import type { Audit } from '../audit/audit.ts'
import type { Config } from '../config/config.ts'
import { Refusal } from '../contract/refusal.ts'
import { mac, newId } from '../keys/secrets.ts'
import type { Origin } from '../oauth/sessions.ts'
import { requireAllowedPassword } from '../passwords/password-policy.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { UsernameTaken } from '../store/errors.ts'
import type { Store } from '../store/store.ts'
import type { UserRow } from '../store/user-row.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { networkOf } from '../throttling/network.ts'
import { usedUp } from '../throttling/used-up.ts'

export interface RegistrationOptions {
  readonly config: Pick<
    Config,
    'registration' | 'passwordMinLength' | 'loginMaxFailures' | 'loginWindowMs'
  >
  readonly store: Pick<Store, 'users' | 'attempts'>
  readonly passwords: Passwords
  readonly audit: Audit
  /** Makes keys of addresses. */
  readonly attemptsKey: Uint8Array
  /** The scopes that the contract declares. */
  readonly scopes: readonly string[]
  readonly now: () => number
  readonly metrics: Metrics | undefined
}

export class RegistrationClosed extends Refusal {
  constructor() {
    super(403, 'registration_closed', 'Registration is closed')
  }
}

/** The scopes of an account that nobody has given others. */
export function usualScopes(declared: readonly string[]): readonly string[] {
  return declared.filter((scope) => /^(me|items):/.test(scope))
}

/** That a name is taken cannot be hidden from whoever registers it; the budget of his address lets him ask for few. */
export async function registerAccount(
  options: RegistrationOptions,
  { username, password, email, full_name: fullName }: Registration,
  { ip: address }: Pick<Origin, 'ip'>,
): Promise<UserRow> {
  const { config, store, passwords, audit, scopes, now } = options
  if (config.registration === 'closed') throw new RegistrationClosed()
  // Nothing is hashed for a password that is refused: it takes no place.
  await requireAllowedPassword(password, config, { username, email })
  await takePlace(options, address ?? '')
  if (await store.users.byName(username)) throw new UsernameTaken()
  const user: UserRow = {
    userId: newId('u'),
    username,
    email,
    fullName,
    passwordHash: await passwords.hash(password),
    disabled: false,
    scopes: usualScopes(scopes),
    createdAt: now(),
    version: 1,
  }
  const event = audit.event('user_registered', { userId: user.userId, address })
  if (!(await store.users.add(user, event))) throw new UsernameTaken()
  return user
}

async function takePlace(
  { config, store, audit, attemptsKey, now, metrics }: RegistrationOptions,
  address: string,
): Promise<void> {
  const key = mac(attemptsKey, 'registrations', networkOf(address))
  const budget = { key, limit: config.loginMaxFailures }
  const windowMs = config.loginWindowMs
  const count = await store.attempts.take(budget, now(), now() + windowMs)
  if (!count) return
  throw await usedUp({ attempts: store.attempts, audit, windowMs, now, metrics }, count, {
    kind: 'registration_throttled',
    about: { address },
    message: 'Too many registrations',
  })
}
