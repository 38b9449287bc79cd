/** POST /users/me/deletion: deletes the caller's account and all its data. */
import { requireCurrentPassword, requireUnchanged } from '../../accounts/current-password.ts'
import { auditRefusals } from '../../audit/audited-error.ts'
import { InvalidToken } from '../../oauth/bearer-errors.ts'
import { aboutCaller } from '../../oauth/caller.ts'
import type { Services } from '../../services.ts'
import { requireMatch } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'

export const deleteUsersMe =
  (services: Services): Handler<'deleteUsersMe'> =>
  async ({ principal, header, body, http }, respond, refuse) => {
    const { store, audit, now, resourceMetadata } = services
    const { user: asked, accessCheck } = principal
    const about = aboutCaller(principal, http)
    requireMatch(header['If-Match'], asked, refuse)
    const isDeleted = await auditRefusals(audit, about, async () => {
      await requireCurrentPassword(services, principal, body.current_password, http)
      return await store.users.remove(
        asked.userId,
        now(),
        (user, caller) => {
          requireUnchanged(principal, caller)
          requireMatch(header['If-Match'], user, refuse)
          return audit.event('user_deleted', about)
        },
        accessCheck.token,
      )
    })
    if (!isDeleted) throw new InvalidToken(resourceMetadata, 'account deleted during the request')
    return respond[204]({ headers: noStore })
  }
