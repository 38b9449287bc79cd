/** PATCH /users/{user_id}: changes an account by a merge patch (RFC 7396). */

import {
  accountChange,
  administeredChange,
  isAboutAddress,
} from '../../accounts/account-changes.ts'
import { requireSettableAddress } from '../../accounts/administered-address.ts'
import { requireGrantable } from '../../accounts/grantable-scopes.ts'
import { requireLoginName, requireReadable } from '../../accounts/text-rules.ts'
import { userBody } from '../../accounts/user-body.ts'
import { auditRefusals } from '../../audit/audited-error.ts'
import { aboutCaller, authorize } from '../../oauth/caller.ts'
import type { Services } from '../../services.ts'
import type { Account } from '../../store/user-row.ts'
import { etagOf, requireMatch } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'
import { ownAccount } from './own-account.ts'

export const updateUser =
  ({ config, store, audit, now, scopes: declared }: Services): Handler<'updateUser'> =>
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
          const isOwn = actor.userId === current.userId
          if (!isOwn && isAboutAddress(body))
            requireSettableAddress(current, grantableScopes, declared)
          const changeOf = isOwn ? accountChange : administeredChange
          const change = changeOf(current, body, (kind, detail) =>
            audit.event(kind, { ...about, detail }),
          )
          if (!change) return undefined
          const { user } = change
          if (user.username !== current.username) requireLoginName(user.username, config)
          if (isOwn && isOtherAddress(current, user))
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
