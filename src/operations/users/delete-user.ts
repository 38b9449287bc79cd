/** DELETE /users/{user_id}: deletes an account and all its data. */

import { NotFound } from '#contract'
import { auditRefusals } from '../../audit/audited-refusal.ts'
import { aboutCaller, authorize } from '../../oauth/caller.ts'
import type { Services } from '../../services.ts'
import { requireMatch } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'
import { OwnAccount } from './own-account.ts'

export const deleteUser =
  ({ store, audit, now }: Services): Handler<'deleteUser'> =>
  async ({ principal, path, header, http }, respond) => {
    const { accessCheck } = principal
    const about = { ...aboutCaller(principal, http), userId: path.user_id }
    const remove = () =>
      store.users.remove(
        path.user_id,
        now(),
        (user, caller) => {
          const { user: actor } = authorize(accessCheck, caller)
          requireMatch(header['If-Match'], user)
          if (actor.userId === user.userId)
            throw new OwnAccount('Delete your own account', '/users/me/deletion')
          return audit.event('user_deleted', about)
        },
        accessCheck.token,
      )
    if (!(await auditRefusals(audit, about, remove))) throw new NotFound()
    return respond[204]({ headers: noStore })
  }
