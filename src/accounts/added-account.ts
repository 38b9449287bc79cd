/**
 * An administrator adds an account over HTTP, with scopes that they hold, whether registration is open or closed. Without a password, it is an
 * invitation: a mail has a proof, with which its reader sets one.
 */
import type { Registration } from '../../generated/api.ts'
import { auditRefusals } from '../audit/audited-error.ts'
import { invitedDetail } from '../audit/event-details.ts'
import { invitationOf } from '../mail/address-proofs.ts'
import { requireMail } from '../mail/require-mail.ts'
import { aboutCaller, authorize, type Caller } from '../oauth/caller.ts'
import type { RequestContext } from '../oauth/sessions.ts'
import { PasswordRefused, requireAllowedPassword } from '../passwords/password-policy.ts'
import { noPassword } from '../passwords/passwords.ts'
import { shareOf } from '../passwords/share.ts'
import { EmailTaken, UsernameTaken } from '../store/errors.ts'
import type { UserRow } from '../store/user-row.ts'
import type { AccountServices } from './account-services.ts'
import { requireGrantable } from './grantable-scopes.ts'
import { newUser } from './new-user.ts'
import { profileIn } from './profile.ts'
import { requireLoginName, requireReadable } from './text-rules.ts'

/**
 * Throws a `ScopeNotHeld`, also for a default scope, a `TextRefused`, a `PasswordRefused`, a `UsernameTaken`; for an invitation, a
 * `MailNotConfigured`, or an `EmailTaken` if the address is that of an account.
 */
export function addAccountFor(
  caller: Pick<Caller, 'user' | 'clientId' | 'sessionId' | 'grantableScopes' | 'accessCheck'>,
  services: AccountServices,
  body: Registration,
  http: RequestContext,
): Promise<UserRow> {
  const { config, store, passwords, audit, scopes: declared, defaultScopes, now } = services
  const { username, password, scopes = defaultScopes, ...profile } = body
  const { accessCheck, grantableScopes } = caller
  const about = aboutCaller(caller, http)
  return auditRefusals(audit, about, async () => {
    requireReadable({ username, ...profile })
    requireLoginName(username, config)
    requireGrantable(scopes, grantableScopes, declared)
    if (await store.users.byName(username)) throw new UsernameTaken()
    if (password === undefined) await requireInvitable(services, profile.email)
    else await requireAllowedPassword(password, config, { username, email: profile.email })
    const share = shareOf({ username: caller.user.username, address: http.ip, isKnown: true })
    const passwordHash = password === undefined ? noPassword : await passwords.hash(password, share)
    const user = newUser({ ...profileIn(profile), username, passwordHash, scopes }, now())
    const isInvited = password === undefined
    const detail = isInvited ? invitedDetail : undefined
    const event = audit.event('user_added', { ...about, userId: user.userId, detail })
    const mailing = isInvited ? invitationOf(user, user.createdAt) : {}
    const isAdded = await store.users.add(user, event, mailing, {
      token: accessCheck.token,
      check: (stored) => {
        requireGrantable(scopes, authorize(accessCheck, stored).grantableScopes, declared)
      },
    })
    if (!isAdded) throw new UsernameTaken()
    return user
  })
}

async function requireInvitable(
  { config, store }: AccountServices,
  email: string | undefined,
): Promise<void> {
  requireMail(config)
  if (email === undefined)
    throw new PasswordRefused('The password is required, or an e-mail address for an invitation')
  if (await store.users.byVerifiedEmail(email)) throw new EmailTaken()
}
