/** DELETE /users/{user_id}: an account with all that belongs to it. */

import { audited } from '../../audit/audited-refusal.ts'
import { NotFound } from '../../contract/refusal.ts'
import { aboutCaller, admit } from '../../oauth/caller.ts'
import type { Services } from '../../services.ts'
import { requireMatch } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'
import { OwnAccount } from './own-account.ts'

export const deleteUser =
  ({ store, audit, now }: Services): Handler<'deleteUser'> =>
  async ({ principal, path, header, http }, respond) => {
    const { admission } = principal
    const about = { ...aboutCaller(principal, http), userId: path.user_id }
    const remove = () =>
      store.users.remove(
        path.user_id,
        now(),
        (user, caller) => {
          const { user: actor } = admit(admission, caller)
          requireMatch(header['If-Match'], user)
          if (actor.userId === user.userId) throw new OwnAccount('Delete your own account')
          return audit.event('user_deleted', about)
        },
        admission.token,
      )
    if (!(await audited(audit, about, remove))) throw new NotFound()
    return respond[204]({ headers: noStore })
  }
