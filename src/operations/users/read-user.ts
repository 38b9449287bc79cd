/** GET /users/{user_id}: one account. */
import { userBody } from '../../accounts/user-body.ts'
import { NotFound } from '../../contract/refusal.ts'
import type { Services } from '../../services.ts'
import { etagOf } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'

export const readUser =
  ({ store }: Services): Handler<'readUser'> =>
  async ({ path }, respond) => {
    const user = await store.users.byId(path.user_id)
    if (!user) throw new NotFound()
    return respond[200]({ headers: { ...noStore, ETag: etagOf(user) }, body: userBody(user) })
  }
