/** GET /users: every account, in the order of the names. */
import type { Services } from '../../services.ts'
import { userBody } from '../account/user-body.ts'
import { type Handler, noStore } from '../handler.ts'
import { readPage } from '../pages.ts'

export const listUsers =
  ({ store, cursorKey }: Services): Handler<'listUsers'> =>
  async ({ query }, respond) => {
    const { rows, next } = await readPage(
      { key: cursorKey, operation: 'listUsers' },
      query,
      ([username] = [], limit) => store.users.page(username, limit),
      ({ username }) => [username],
    )
    const items = rows.map(userBody)
    return respond[200]({ headers: noStore, body: { items, ...(next && { next }) } })
  }
