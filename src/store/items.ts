/** What the accounts own. */
import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'

export interface ItemRow {
  readonly ownerId: string
  readonly itemId: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

export interface Items {
  add(item: ItemRow): Promise<void>
  /** The oldest first. */
  ofOwner(ownerId: string, most: number): Promise<ItemRow[]>
}

export function itemsTable(db: Kysely<Schema>): Items {
  return {
    async add({ ownerId, itemId, createdAt }) {
      await db
        .insertInto('items')
        .values({ owner_id: ownerId, item_id: itemId, created_at: createdAt })
        .execute()
    },

    async ofOwner(ownerId, most) {
      const rows = await db
        .selectFrom('items')
        .selectAll()
        .where('owner_id', '=', ownerId)
        .orderBy('created_at')
        .orderBy('item_id')
        .limit(most)
        .execute()
      return rows.map((row) => ({
        ownerId: row.owner_id,
        itemId: row.item_id,
        createdAt: row.created_at,
      }))
    },
  }
}
