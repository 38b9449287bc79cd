/** GET /users/me: the account behind the token. */
import { type Handler, noStore } from '../handler.ts'
import { userBody } from './user-body.ts'

export const readUsersMe = (): Handler<'readUsersMe'> => (request, respond) =>
  respond[200]({ headers: noStore, body: userBody(request.principal.user) })
