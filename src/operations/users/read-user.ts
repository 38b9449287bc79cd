/** GET /users/{user_id}: one account. */

import { userBody } from '../../accounts/user-body.ts'
import type { Services } from '../../services.ts'
import { etagOf, isNotModified } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'

export const readUser =
  ({ store }: Services): Handler<'readUser'> =>
  async ({ path, header }, respond, refuse) => {
    const user = await store.users.byId(path.user_id)
    if (!user) throw refuse[404]('not_found', 'Not found')
    const headers = { ...noStore, ETag: etagOf(user) }
    if (isNotModified(header, user, refuse)) return respond[304]({ headers })
    return respond[200]({ headers, body: userBody(user) })
  }
