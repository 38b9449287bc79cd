/** GET /users/me/items: what the account behind the token owns. */
import type { Services } from '../../services.ts'
import { type Handler, noStore } from '../handler.ts'

const mostItems = 100

export const readOwnItems =
  ({ store }: Services): Handler<'readOwnItems'> =>
  async (request, respond) => {
    const { user } = request.principal
    const items = await store.items.ofOwner(user.userId, mostItems)
    return respond[200]({
      headers: noStore,
      body: items.map(({ itemId, createdAt }) => ({
        item_id: itemId,
        owner: user.username,
        created_at: new Date(createdAt).toISOString(),
      })),
    })
  }
