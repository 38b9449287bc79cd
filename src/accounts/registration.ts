/** Registration: closed unless enabled, and limited per network and site. A refusal that takes no work comes first. */

import type { Contract } from '#contract'
import type { Registration } from '../../generated/api.ts'
import type { Audit } from '../audit/audit.ts'
import type { Config } from '../config/config.ts'
import { HttpError } from '../http-error.ts'
import { addressProof, mailingOf } from '../mail/address-proofs.ts'
import { offers } from '../mail/require-mail.ts'
import type { RequestContext } from '../oauth/sessions.ts'
import {
  PasswordRefused,
  requireAllowedPassword,
  requireAllowedText,
} from '../passwords/password-policy.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { shareOf } from '../passwords/share.ts'
import { UsernameTaken } from '../store/errors.ts'
import type { ProofRow } from '../store/proofs.ts'
import type { UnixMs } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { UserRow } from '../store/user-row.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { takeFromNetwork } from '../throttling/network-budget.ts'
import { ScopeNotHeld } from './grantable-scopes.ts'
import { newUser } from './new-user.ts'
import { profileIn } from './profile.ts'
import { requireLoginName, requireReadable } from './text-rules.ts'

export interface RegistrationOptions {
  readonly config: Pick<
    Config,
    | 'registration'
    | 'passwordMinLength'
    | 'loginMaxFailures'
    | 'loginWithEmail'
    | 'loginWindowMs'
    | 'smtpServer'
    | 'mailDir'
  >
  readonly contract: Contract
  readonly store: Pick<Store, 'users' | 'attempts'>
  readonly passwords: Passwords
  readonly audit: Audit
  /** The MAC key for the identifiers of networks. */
  readonly attemptsKey: Uint8Array
  /** Of a new account. */
  readonly defaultScopes: readonly string[]
  readonly now: () => UnixMs
  readonly metrics: Metrics | undefined
}

export interface RegisteredAccount {
  readonly user: UserRow
  /** That of the mail which confirms the address. */
  readonly proof: ProofRow | undefined
}

export class RegistrationClosed extends HttpError<403, 'registration_closed'> {
  constructor() {
    super(403, 'registration_closed', 'Registration is closed')
  }
}

export function requireOpenRegistration({ registration }: Pick<Config, 'registration'>): void {
  if (registration === 'closed') throw new RegistrationClosed()
}

function scopesRefused(audit: Audit, address: string | undefined): ScopeNotHeld {
  const refusal = new ScopeNotHeld('Only administrators choose the scopes of an account')
  audit.count(refusal.event.kind, { ...refusal.event, address })
  return refusal
}

/** The limit on estimated passwords, as a multiple of the limit on registrations. */
const estimatesFactor = 10

/**
 * Registration reveals whether a username is taken; the budget of a network limits how many usernames it can probe.
 *
 * A rejected password does not count against it, so that users can correct theirs. The estimate of a password takes milliseconds,
 * so it has a budget of its own, ten times as large: enough for an office that registers and corrects.
 */
export async function registerAccount(
  options: RegistrationOptions,
  { username, password, scopes, ...profile }: Registration,
  { ip: address }: Pick<RequestContext, 'ip'>,
): Promise<RegisteredAccount> {
  const { config, store, passwords, audit, defaultScopes, now } = options
  requireOpenRegistration(config)
  if (scopes) throw scopesRefused(audit, address)
  requireReadable({ username, ...profile })
  requireLoginName(username, config)
  if (password === undefined) throw new PasswordRefused('The password is required')
  requireAllowedText(password, config)
  const limit = config.loginMaxFailures
  await count(options, address ?? '', 'registration passwords', estimatesFactor * limit)
  await requireAllowedPassword(password, config, { username, email: profile.email })
  await count(options, address ?? '', 'registrations', limit)
  if (await store.users.byName(username)) throw new UsernameTaken()
  const share = shareOf({ username, address, isKnown: false })
  const passwordHash = await passwords.hash(password, share)
  const user = newUser(
    { ...profileIn(profile), username, passwordHash, scopes: defaultScopes },
    now(),
  )
  const event = audit.event('user_registered', { userId: user.userId, address })
  const proof =
    user.email !== undefined && offers(options, 'confirmEmail')
      ? addressProof('email_confirmation', user.userId, user.email, now())
      : undefined
  if (!(await store.users.add(user, event, proof && mailingOf(proof)))) throw new UsernameTaken()
  return { user, proof }
}

async function count(
  options: RegistrationOptions,
  address: string,
  what: 'registrations' | 'registration passwords',
  limit: number,
): Promise<void> {
  const refusal = { kind: 'registration_throttled', message: 'Too many registrations' } as const
  await takeFromNetwork(options, address, { what, limit, ...refusal })
}
