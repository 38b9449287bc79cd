/** GET /users/me/items/{item_id}: one of the caller's items. */
import type { Services } from '../../services.ts'
import { etagOf, isNotModified } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'
import { itemBody } from './item-body.ts'

export const readItem =
  ({ store }: Services): Handler<'readItem'> =>
  async ({ principal: { user }, path, header }, respond, refuse) => {
    const item = await store.items.byId(user.userId, path.item_id)
    if (!item) throw refuse[404]('not_found', 'Not found')
    const headers = { ...noStore, ETag: etagOf(item) }
    if (isNotModified(header, item, refuse)) return respond[304]({ headers })
    return respond[200]({ headers, body: itemBody(item, user) })
  }
