/** GET /users: accounts in the order of their usernames, filtered by username, e-mail address or external id. */
import { userBody } from '../../accounts/user-body.ts'
import type { Services } from '../../services.ts'
import { type Handler, noStore } from '../handler.ts'
import { readPage } from '../pages.ts'

export const listUsers =
  ({ store, cursorKey }: Services): Handler<'listUsers'> =>
  async ({ query }, respond, refuse) => {
    const { username, email, external_id: externalId } = query
    const filter = { username, email, externalId }
    const { rows, next } = await readPage(
      { key: cursorKey, operation: 'listUsers', boundTo: [JSON.stringify(filter)] },
      query,
      ([after] = [], limit) => store.users.page(after, limit, filter),
      ({ username }) => [username],
      refuse,
    )
    const items = rows.map(userBody)
    return respond[200]({ headers: noStore, body: { items, ...(next && { next }) } })
  }
