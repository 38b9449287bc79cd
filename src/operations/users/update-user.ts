/** PATCH /users/{user_id}: what an administrator may change. What is left out stays, `null` removes (RFC 7396). */
import type { UserChanges } from '../../../generated/api.ts'
import { NotFound } from '../../contract/refusal.ts'
import type { AuditKind } from '../../security/audit.ts'
import { AuditedRefusal, audited } from '../../security/audited-refusal.ts'
import { aboutCaller, admit } from '../../security/caller.ts'
import type { Services } from '../../services.ts'
import type { UserRow } from '../../store/user-row.ts'
import { userBody } from '../account/user-body.ts'
import { etagOf, requireMatch } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'
import { changed } from '../merge-patch.ts'

export class ScopeNotHeld extends AuditedRefusal {
  constructor(scopes: readonly string[]) {
    const message = `Nobody can grant a scope that he lacks: ${scopes.join(' ')}`
    const event = { kind: 'access_denied', detail: 'scope not held' } as const
    super([403, 'scope_not_held', message], event)
  }
}

export const updateUser =
  ({ store, audit, now }: Services): Handler<'updateUser'> =>
  async ({ principal, path, header, body, http }, respond) => {
    const { admission } = principal
    const about = { ...aboutCaller(principal, http), userId: path.user_id }
    const change = () =>
      store.users.change(
        path.user_id,
        now(),
        (current, caller) => {
          const { grantableScopes } = admit(admission, caller)
          requireMatch(header['If-Match'], current)
          if (Object.keys(body).length === 0) return undefined
          requireGrantable(body.scopes, current.scopes, grantableScopes)
          const detail = Object.keys(body).join(' ')
          const event = audit.event(kindOf(body, current), { ...about, detail })
          return { user: withChanges(current, body), event }
        },
        { ...admission.token, now: now() },
      )
    const user = await audited(audit, about, change)
    if (!user) throw new NotFound()
    return respond[200]({ headers: { ...noStore, ETag: etagOf(user) }, body: userBody(user) })
  }

/** A scope that the account has already is not granted. */
function requireGrantable(
  scopes: readonly string[] = [],
  held: readonly string[],
  grantable: readonly string[],
): void {
  const refused = scopes.filter((scope) => !held.includes(scope) && !grantable.includes(scope))
  if (refused.length > 0) throw new ScopeNotHeld(refused)
}

function withChanges(user: UserRow, changes: UserChanges): UserRow {
  return {
    ...user,
    username: changes.username ?? user.username,
    email: changed(user.email, changes.email),
    fullName: changed(user.fullName, changes.full_name),
    disabled: changes.disabled ?? user.disabled,
    scopes: changes.scopes ?? user.scopes,
  }
}

function kindOf({ disabled }: UserChanges, user: UserRow): AuditKind {
  if (disabled === undefined || disabled === user.disabled) return 'user_updated'
  return disabled ? 'user_disabled' : 'user_enabled'
}
