/** GET /users/me/: the caller's account, at the path of the tutorial. */
import { userBody } from '../../accounts/user-body.ts'
import { etagOf } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'

export const readUsersMeWithSlash =
  (): Handler<'readUsersMeWithSlash'> =>
  ({ principal: { user } }, respond) =>
    respond[200]({ headers: { ...noStore, ETag: etagOf(user) }, body: userBody(user) })
