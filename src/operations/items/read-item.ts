/** GET /users/me/items/{item_id}: one of the caller's items. */
import { NotFound } from '../../contract/refusal.ts'
import type { Services } from '../../services.ts'
import { etagOf } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'
import { itemBody } from './item-body.ts'

export const readItem =
  ({ store }: Services): Handler<'readItem'> =>
  async ({ principal: { user }, path }, respond) => {
    const item = await store.items.byId(user.userId, path.item_id)
    if (!item) throw new NotFound()
    return respond[200]({
      headers: { ...noStore, ETag: etagOf(item) },
      body: itemBody(item, user),
    })
  }
