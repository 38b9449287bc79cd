/** POST /users/me/items: creates an item of the caller. */

import { requireReadable } from '../../accounts/text-rules.ts'
import { InvalidToken } from '../../oauth/bearer-errors.ts'
import type { Services } from '../../services.ts'
import { etagOf } from '../etags.ts'
import { type Handler, noStore } from '../handler.ts'
import { itemBody } from './item-body.ts'

export const createItem =
  ({ store, config, now, basePath, resourceMetadata }: Services): Handler<'createItem'> =>
  async ({ principal: { user }, body }, respond, refuse) => {
    requireReadable(body)
    const { item_id: itemId, title, description } = body
    const createdAt = now()
    const item = { ownerId: user.userId, itemId, title, description, createdAt, version: 1 }
    if (!(await store.items.add(item, config.maxItemsPerAccount))) {
      const isDeleted = !(await store.users.byId(user.userId))
      throw isDeleted
        ? new InvalidToken(resourceMetadata, 'account deleted during the request')
        : refuse[409]('item_exists', `Item ${itemId} already exists`)
    }
    const Location = `${basePath}/users/me/items/${itemId}`
    return respond[201]({
      headers: { ...noStore, ETag: etagOf(item), Location },
      body: itemBody(item, user),
    })
  }
