/** GET /users/me/: the caller's account, at the path of the tutorial. */
import { userBody } from '../../accounts/user-body.ts'
import { etagOf, isNotModified } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'

export const readUsersMeWithSlash =
  (): Handler<'readUsersMeWithSlash'> =>
  ({ principal: { user }, header }, respond, refuse) => {
    const headers = { ...noStore, ETag: etagOf(user) }
    if (isNotModified(header, user, refuse)) return respond[304]({ headers })
    return respond[200]({ headers, body: userBody(user) })
  }
