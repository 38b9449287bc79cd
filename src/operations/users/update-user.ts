/** PATCH /users/{user_id}: changes an account by a merge patch (RFC 7396). */

import { administeredChange } from '../../accounts/account-changes.ts'
import { requireReadable } from '../../accounts/text-rules.ts'
import { userBody } from '../../accounts/user-body.ts'
import { AuditedError, auditRefusals } from '../../audit/audited-error.ts'
import { aboutCaller, authorize } from '../../oauth/caller.ts'
import type { Services } from '../../services.ts'
import type { Account } from '../../store/user-row.ts'
import { etagOf, requireMatch } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'
import { ownAccount } from './own-account.ts'

export class ScopeNotHeld extends AuditedError<403, 'scope_not_held'> {
  constructor(message: string) {
    const event = { kind: 'access_denied', detail: 'scope not held' } as const
    super([403, 'scope_not_held', truncate(message)], event)
  }
}

export const updateUser =
  ({ store, audit, now, scopes: declared }: Services): Handler<'updateUser'> =>
  async ({ principal, path, header, body, http }, respond, refuse) => {
    const { accessCheck } = principal
    requireReadable(body)
    const about = { ...aboutCaller(principal, http), userId: path.user_id }
    const change = () =>
      store.users.change(
        path.user_id,
        now(),
        (current, caller) => {
          const { user: actor, grantableScopes } = authorize(accessCheck, caller)
          requireMatch(header['If-Match'], current, refuse)
          const change = administeredChange(current, body, (kind, detail) =>
            audit.event(kind, { ...about, detail }),
          )
          if (!change) return undefined
          const { user } = change
          if (actor.userId === user.userId && isOtherAddress(current, user))
            throw ownAccount(refuse, 'Change your own e-mail address', '/users/me')
          const granted = user.scopes.filter((scope) => !current.scopes.includes(scope))
          requireGrantable(granted, grantableScopes, declared)
          return change
        },
        accessCheck.token,
      )
    const user = await auditRefusals(audit, about, change)
    if (!user) throw refuse[404]('not_found', 'Not found')
    return respond[200]({ headers: { ...noStore, ETag: etagOf(user) }, body: userBody(user) })
  }

function isOtherAddress(before: Account, after: Account): boolean {
  return after.email !== before.email || after.emailVerified !== before.emailVerified
}

function requireGrantable(
  granted: readonly string[],
  grantable: readonly string[],
  declared: readonly string[],
): void {
  const refused = granted.filter((scope) => !grantable.includes(scope))
  const unknown = refused.filter((scope) => !declared.includes(scope))
  if (unknown.length > 0) throw new ScopeNotHeld(`Unknown scope: ${unknown.join(' ')}`)
  if (refused.length > 0)
    throw new ScopeNotHeld(`You cannot grant a scope that you do not hold: ${refused.join(' ')}`)
}

/** Shortens the message to the maximum length of the contract. */
function truncate(text: string): string {
  return text.length > 1000 ? `${text.slice(0, 999)}…` : text
}
