/** Registration: closed unless enabled, and limited per network and site. A refusal that takes no work comes first. */
import type { Registration } from '../../generated/api.ts'
import { auditRefusals } from '../audit/audited-error.ts'
import type { Config } from '../config/config.ts'
import { HttpError } from '../http-error.ts'
import { addressProof } from '../mail/address-proofs.ts'
import { offers } from '../mail/require-mail.ts'
import type { RequestContext } from '../oauth/sessions.ts'
import {
  PasswordRefused,
  requireAllowedPassword,
  requireAllowedText,
} from '../passwords/password-policy.ts'
import { shareOf } from '../passwords/share.ts'
import { UsernameTaken } from '../store/errors.ts'
import { mailingOf } from '../store/mailing.ts'
import { takeFromNetwork } from '../throttling/network-budget.ts'
import type { AccountServices } from './account-services.ts'
import { ScopeNotHeld } from './grantable-scopes.ts'
import { newUser } from './new-user.ts'
import { profileIn } from './profile.ts'
import { requireLoginName, requireReadable } from './text-rules.ts'

export class RegistrationClosed extends HttpError<403, 'registration_closed'> {
  constructor() {
    super(403, 'registration_closed', 'Registration is closed')
  }
}

export function requireOpenRegistration({ registration }: Pick<Config, 'registration'>): void {
  if (registration === 'closed') throw new RegistrationClosed()
}

function refuseScopes(): never {
  throw new ScopeNotHeld('Only administrators choose the scopes of an account')
}

const tooMany = { kind: 'registration_throttled', message: 'Too many registrations' } as const

/** The limit on estimated passwords, as a multiple of the limit on registrations. */
const estimatesFactor = 10

/**
 * Returns the account, and the proof of the mail that confirms its address, if there is one.
 *
 * Registration reveals whether a username is taken; the budget of a network limits how many usernames it can probe.
 *
 * A rejected password does not count against it, so that users can correct theirs. The estimate of a password takes milliseconds,
 * so it has a budget of its own, ten times as large: enough for an office that registers and corrects.
 */
export async function registerAccount(
  services: AccountServices,
  { username, password, scopes, ...profile }: Registration,
  { ip: address }: Pick<RequestContext, 'ip'>,
) {
  const { config, store, passwords, audit, defaultScopes, now } = services
  requireOpenRegistration(config)
  if (scopes) await auditRefusals(audit, { address }, refuseScopes)
  requireReadable({ username, ...profile })
  requireLoginName(username, config)
  if (password === undefined) throw new PasswordRefused('The password is required')
  requireAllowedText(password, config)
  const limit = config.loginMaxFailures
  await takeFromNetwork(services, address ?? '', {
    what: 'registration passwords',
    limit: estimatesFactor * limit,
    ...tooMany,
  })
  await requireAllowedPassword(password, config, { username, email: profile.email })
  await takeFromNetwork(services, address ?? '', { what: 'registrations', limit, ...tooMany })
  if (await store.users.byName(username)) throw new UsernameTaken()
  const share = shareOf({ username, address, isKnown: false })
  const passwordHash = await passwords.hash(password, share)
  const user = newUser(
    { ...profileIn(profile), username, passwordHash, scopes: defaultScopes },
    now(),
  )
  const event = audit.event('user_registered', { userId: user.userId, address })
  const proof =
    user.email !== undefined && offers(services, 'confirmEmail')
      ? addressProof('email_confirmation', user.userId, user.email, now())
      : undefined
  if (!(await store.users.add(user, event, proof && mailingOf(proof)))) throw new UsernameTaken()
  return { user, proof }
}
