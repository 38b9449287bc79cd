/** DELETE /users/me/items/{item_id}: deletes an item and frees its id. */
import { NotFound } from '#contract'
import type { Services } from '../../services.ts'
import { requireMatch } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'

export const deleteItem =
  ({ store }: Services): Handler<'deleteItem'> =>
  async ({ principal: { user }, path, header }, respond) => {
    const check = (item: Parameters<typeof requireMatch>[1]) =>
      requireMatch(header['If-Match'], item)
    if (!(await store.items.remove(user.userId, path.item_id, check))) throw new NotFound()
    return respond[204]({ headers: noStore })
  }
