/** GET /users/me/items: the caller's items, as the plain array of the tutorial. */
import type { Services } from '../../services.ts'
import { type Handler, noStore } from '../handler.ts'
import { defaultPageSize, readPage } from '../pages.ts'
import { itemBody } from './item-body.ts'

export const readOwnItems =
  ({ store, cursorKey }: Services): Handler<'readOwnItems'> =>
  async ({ principal: { user }, query }, respond) => {
    const { rows, next } = await readPage(
      { key: cursorKey, operation: 'readOwnItems', boundTo: [user.userId] },
      query,
      ([createdAt, itemId] = [], limit) =>
        store.items.page(
          user.userId,
          itemId === undefined ? undefined : { createdAt: Number(createdAt), itemId },
          limit,
        ),
      ({ createdAt, itemId }) => [String(createdAt), itemId],
    )
    return respond[200]({
      headers: { ...noStore, ...(next && { Link: linkTo(next, query.limit) }) },
      body: rows.map((item) => itemBody(item, user)),
    })
  }

/** RFC 8288. */
function linkTo(cursor: string, limit = defaultPageSize): string {
  return `</users/me/items?limit=${limit}&cursor=${cursor}>; rel="next"`
}
