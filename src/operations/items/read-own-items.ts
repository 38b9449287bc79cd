/** GET /users/me/items: the caller's items. */
import type { Services } from '../../services.ts'
import type { Handler } from '../handler.ts'
import { ownItems } from './own-items.ts'

export const readOwnItems =
  (services: Services): Handler<'readOwnItems'> =>
  async ({ principal: { user }, query }, respond, refuse) =>
    respond[200](await ownItems(services, user, query, refuse))
