/** DELETE /users/{user_id}: deletes an account and all its data. */

import { auditRefusals } from '../../audit/audited-error.ts'
import { aboutCaller, authorize } from '../../oauth/caller.ts'
import type { Services } from '../../services.ts'
import { requireMatch } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'
import { ownAccount } from './own-account.ts'

export const deleteUser =
  ({ store, audit, now }: Services): Handler<'deleteUser'> =>
  async ({ principal, path, header, http }, respond, refuse) => {
    const { accessCheck } = principal
    const about = { ...aboutCaller(principal, http), userId: path.user_id }
    const remove = () =>
      store.users.remove(
        path.user_id,
        now(),
        (user, caller) => {
          const { user: actor } = authorize(accessCheck, caller)
          requireMatch(header['If-Match'], user, refuse)
          if (actor.userId === user.userId)
            throw ownAccount(refuse, 'Delete your own account', '/users/me/deletion')
          return audit.event('user_deleted', about)
        },
        accessCheck.token,
      )
    if (!(await auditRefusals(audit, about, remove))) throw refuse[404]('not_found', 'Not found')
    return respond[204]({ headers: noStore })
  }
