/** GET /users/me/items/{item_id}: one of the caller's items. */
import { NotFound } from '#contract'
import type { Services } from '../../services.ts'
import { etagOf, isNotModified } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'
import { itemBody } from './item-body.ts'

export const readItem =
  ({ store }: Services): Handler<'readItem'> =>
  async ({ principal: { user }, path, header }, respond) => {
    const item = await store.items.byId(user.userId, path.item_id)
    if (!item) throw new NotFound()
    const headers = { ...noStore, ETag: etagOf(item) }
    if (isNotModified(header, item)) return respond[304]({ headers })
    return respond[200]({ headers, body: itemBody(item, user) })
  }
