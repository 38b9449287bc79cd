/** DELETE /users/me/items/{item_id}: deletes an item and frees its id. */
import type { Services } from '../../services.ts'
import { requireMatch } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'

export const deleteItem =
  ({ store }: Services): Handler<'deleteItem'> =>
  async ({ principal: { user }, path, header }, respond, refuse) => {
    const isDeleted = await store.items.remove(user.userId, path.item_id, (item) =>
      requireMatch(header['If-Match'], item, refuse),
    )
    if (!isDeleted) throw refuse[404]('not_found', 'Not found')
    return respond[204]({ headers: noStore })
  }
