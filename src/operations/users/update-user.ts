/** PATCH /users/{user_id}: what an administrator may change. What is left out stays, `null` removes (RFC 7396). */
import type { UserChanges } from '../../../generated/api.ts'
import { NotFound, Refusal } from '../../contract/refusal.ts'
import type { AuditKind } from '../../security/audit.ts'
import type { Services } from '../../services.ts'
import type { UserRow } from '../../store/user-row.ts'
import { userBody } from '../account/user-body.ts'
import { etagOf, requireMatch } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'
import { changed } from '../merge-patch.ts'

export class ScopeNotHeld extends Refusal {
  constructor(scopes: readonly string[]) {
    super(403, 'scope_not_held', `Nobody can grant a scope that he lacks: ${scopes.join(' ')}`)
  }
}

export const updateUser =
  ({ store, audit, now }: Services): Handler<'updateUser'> =>
  async ({ principal, path, header, body, http }, respond) => {
    const { user: actor, clientId, sessionId, grantableScopes } = principal
    const about = { actorId: actor.userId, clientId, sessionId, address: http.ip }
    const change = store.users.change(path.user_id, now(), (current) => {
      requireMatch(header['If-Match'], current)
      if (Object.keys(body).length === 0) return undefined
      requireGrantable(body.scopes, current.scopes, grantableScopes)
      const event = audit.event(kindOf(body, current), {
        ...about,
        userId: current.userId,
        detail: Object.keys(body).join(' '),
      })
      return { user: withChanges(current, body), event }
    })
    const user = await change.catch(async (error) => {
      if (error instanceof ScopeNotHeld)
        await audit.record('access_denied', {
          ...about,
          userId: path.user_id,
          detail: 'scope not held',
        })
      throw error
    })
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
