/** A page of the caller's items, as the plain array of the tutorial. */
import type { Services } from '../../services.ts'
import type { UserRow } from '../../store/user-row.ts'
import { noStore } from '../handler.ts'
import { type CanRejectCursor, defaultPageSize, type PageQuery, readPage } from '../pages.ts'
import { itemBody } from './item-body.ts'

/** Returns the response. Refuses a cursor of a different list. */
export async function ownItems(
  { store, cursorKey, basePath }: Pick<Services, 'store' | 'cursorKey' | 'basePath'>,
  user: UserRow,
  query: PageQuery,
  refuse: CanRejectCursor,
) {
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
    refuse,
  )
  return {
    headers: { ...noStore, ...(next && { Link: linkTo(basePath, next, query.limit) }) },
    body: rows.map((item) => itemBody(item, user)),
  }
}

/** The header `Link` (RFC 8288). */
function linkTo(basePath: string, cursor: string, limit = defaultPageSize): string {
  return `<${basePath}/users/me/items?limit=${limit}&cursor=${cursor}>; rel="next"`
}
