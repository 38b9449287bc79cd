/** DELETE /users/me: the account with all that is its own. */
import { InvalidToken } from '../../security/bearer-errors.ts'
import { requireCurrentPassword } from '../../security/current-password.ts'
import type { Services } from '../../services.ts'
import { requireMatch } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'

export const deleteUsersMe =
  (services: Services): Handler<'deleteUsersMe'> =>
  async ({ principal, header, body, http }, respond) => {
    const { store, audit, resourceMetadata } = services
    const { userId } = principal.user
    requireMatch(header['If-Match'], principal.user)
    await requireCurrentPassword(services, principal, body.current_password, http)
    const isDeleted = await store.users.remove(userId, (user) => {
      requireMatch(header['If-Match'], user)
      return audit.event('user_deleted', { userId, address: http.ip })
    })
    if (!isDeleted) throw new InvalidToken(resourceMetadata, 'deleted meanwhile')
    return respond[204]({ headers: noStore })
  }
