/** DELETE /users/{user_id}: the account with all that is its own. */
import { NotFound } from '../../contract/refusal.ts'
import type { Services } from '../../services.ts'
import { requireMatch } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'

export const deleteUser =
  ({ store, audit }: Services): Handler<'deleteUser'> =>
  async ({ principal, path, header, http }, respond) => {
    const { user: actor, clientId, sessionId } = principal
    const isDeleted = await store.users.remove(path.user_id, (user) => {
      requireMatch(header['If-Match'], user)
      const about = { userId: user.userId, actorId: actor.userId, clientId, sessionId }
      return audit.event('user_deleted', { ...about, address: http.ip })
    })
    if (!isDeleted) throw new NotFound()
    return respond[204]({ headers: noStore })
  }
