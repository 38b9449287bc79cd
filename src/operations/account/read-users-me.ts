/** GET /users/me: the caller's account. */
import { userBody } from '../../accounts/user-body.ts'
import { etagOf } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'

export const readUsersMe = (): Handler<'readUsersMe'> => (request, respond) => {
  const { user } = request.principal
  return respond[200]({ headers: { ...noStore, ETag: etagOf(user) }, body: userBody(user) })
}
