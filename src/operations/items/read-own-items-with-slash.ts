/** GET /users/me/items/: the caller's items, at the path of the tutorial. */
import type { Services } from '../../services.ts'
import type { Handler } from '../handler.ts'
import { ownItems } from './own-items.ts'

export const readOwnItemsWithSlash =
  (services: Services): Handler<'readOwnItemsWithSlash'> =>
  async ({ principal: { user }, query }, respond, refuse) =>
    respond[200](await ownItems(services, user, query, refuse))
