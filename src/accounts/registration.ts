/** Registration: closed unless enabled, and limited per network. */
import type { Registration } from '../../generated/api.ts'
import type { Audit } from '../audit/audit.ts'
import type { Config } from '../config/config.ts'
import { Refusal } from '../contract/refusal.ts'
import { mac } from '../keys/secrets.ts'
import type { RequestContext } from '../oauth/sessions.ts'
import { requireAllowedPassword } from '../passwords/password-policy.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { UsernameTaken } from '../store/errors.ts'
import type { UnixMs } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { UserRow } from '../store/user-row.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { recordExhausted } from '../throttling/budget-exhausted.ts'
import { networkOf } from '../throttling/network.ts'
import { defaultScopes, newUser } from './new-user.ts'
import { profileIn } from './profile.ts'
import { requireReadable } from './text-rules.ts'

export interface RegistrationOptions {
  readonly config: Pick<
    Config,
    'registration' | 'passwordMinLength' | 'loginMaxFailures' | 'loginWindowMs'
  >
  readonly store: Pick<Store, 'users' | 'attempts'>
  readonly passwords: Passwords
  readonly audit: Audit
  /** The MAC key for the identifiers of networks. */
  readonly attemptsKey: Uint8Array
  /** The scopes that the contract declares. */
  readonly scopes: readonly string[]
  readonly now: () => UnixMs
  readonly metrics: Metrics | undefined
}

export class RegistrationClosed extends Refusal {
  constructor() {
    super(403, 'registration_closed', 'Registration is closed')
  }
}

/** Registration reveals whether a username is taken; the budget of a network limits how many usernames it can probe. */
export async function registerAccount(
  options: RegistrationOptions,
  { username, password, ...profile }: Registration,
  { ip: address }: Pick<RequestContext, 'ip'>,
): Promise<UserRow> {
  const { config, store, passwords, audit, scopes, now } = options
  if (config.registration === 'closed') throw new RegistrationClosed()
  requireReadable({ username, ...profile })
  // A rejected password costs no hash and does not count against the budget.
  await requireAllowedPassword(password, config, { username, email: profile.email })
  await countRegistration(options, address ?? '')
  if (await store.users.byName(username)) throw new UsernameTaken()
  const passwordHash = await passwords.hash(password)
  const user = newUser(
    { ...profileIn(profile), username, passwordHash, scopes: defaultScopes(scopes) },
    now(),
  )
  const event = audit.event('user_registered', { userId: user.userId, address })
  if (!(await store.users.add(user, event))) throw new UsernameTaken()
  return user
}

async function countRegistration(
  { config, store, audit, attemptsKey, now, metrics }: RegistrationOptions,
  address: string,
): Promise<void> {
  const key = mac(attemptsKey, 'registrations', networkOf(address))
  const budget = { key, limit: config.loginMaxFailures }
  const windowMs = config.loginWindowMs
  const count = await store.attempts.take(budget, now(), now() + windowMs)
  if (!count) return
  throw await recordExhausted({ attempts: store.attempts, audit, windowMs, now, metrics }, count, {
    kind: 'registration_throttled',
    about: { address },
    message: 'Too many registrations',
  })
}
