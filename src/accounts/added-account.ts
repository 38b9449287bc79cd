/** An administrator adds an account over HTTP, with scopes that they hold, whether registration is open or closed. */
import type { Registration } from '../../generated/api.ts'
import type { Audit } from '../audit/audit.ts'
import { auditRefusals } from '../audit/audited-error.ts'
import type { Config } from '../config/config.ts'
import { aboutCaller, authorize, type Caller } from '../oauth/caller.ts'
import type { RequestContext } from '../oauth/sessions.ts'
import { requireAllowedPassword } from '../passwords/password-policy.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { shareOf } from '../passwords/share.ts'
import { UsernameTaken } from '../store/errors.ts'
import type { UnixMs } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { UserRow } from '../store/user-row.ts'
import { requireGrantable } from './grantable-scopes.ts'
import { newUser } from './new-user.ts'
import { profileIn } from './profile.ts'
import { requireReadable } from './text-rules.ts'

export interface AddedAccountOptions {
  readonly config: Pick<Config, 'passwordMinLength'>
  readonly store: Pick<Store, 'users'>
  readonly passwords: Passwords
  readonly audit: Audit
  /** Those that the contract declares. */
  readonly scopes: readonly string[]
  /** Of a new account unless others are given. */
  readonly defaultScopes: readonly string[]
  readonly now: () => UnixMs
}

/** Throws a `ScopeNotHeld`, also for a default scope, a `TextRefused`, a `PasswordRefused` or a `UsernameTaken`. */
export function addAccountFor(
  caller: Pick<Caller, 'user' | 'clientId' | 'sessionId' | 'grantableScopes' | 'accessCheck'>,
  options: AddedAccountOptions,
  body: Registration,
  http: RequestContext,
): Promise<UserRow> {
  const { config, store, passwords, audit, scopes: declared, defaultScopes, now } = options
  const { username, password, scopes = defaultScopes, ...profile } = body
  const { accessCheck, grantableScopes } = caller
  const about = aboutCaller(caller, http)
  return auditRefusals(audit, about, async () => {
    requireReadable({ username, ...profile })
    requireGrantable(scopes, grantableScopes, declared)
    await requireAllowedPassword(password, config, { username, email: profile.email })
    if (await store.users.byName(username)) throw new UsernameTaken()
    const share = shareOf({ username: caller.user.username, address: http.ip, isKnown: true })
    const passwordHash = await passwords.hash(password, share)
    const user = newUser({ ...profileIn(profile), username, passwordHash, scopes }, now())
    const event = audit.event('user_added', { ...about, userId: user.userId })
    const isAdded = await store.users.add(user, event, undefined, {
      token: accessCheck.token,
      check: (stored) => {
        requireGrantable(scopes, authorize(accessCheck, stored).grantableScopes, declared)
      },
    })
    if (!isAdded) throw new UsernameTaken()
    return user
  })
}
