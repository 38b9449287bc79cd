/** The response body for an item. */
import type { Item } from '../../../generated/api.ts'
import type { ItemRow } from '../../store/items.ts'
import type { UserRow } from '../../store/user-row.ts'

export function itemBody({ itemId, title, description, createdAt }: ItemRow, owner: UserRow): Item {
  return {
    item_id: itemId,
    owner: owner.username,
    ...(title && { title }),
    ...(description && { description }),
    created_at: new Date(createdAt).toISOString(),
  }
}
