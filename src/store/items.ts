/** The items. Every statement names the owner: an id alone gives no access to an item. */
import { isDeepStrictEqual } from 'node:util'
import { type Kysely, type Selectable, type SqlBool, sql } from 'kysely'
import { TooManyItems } from './errors.ts'
import type { ItemsTable, Schema, UnixMs } from './schema.ts'
import { type InTurn, transactionsInTurn } from './turns.ts'

export interface ItemRow {
  readonly ownerId: string
  readonly itemId: string
  readonly title: string | undefined
  readonly description: string | undefined
  readonly createdAt: UnixMs
  /** Incremented by every change. */
  readonly version: number
}

export function itemsTable(db: Kysely<Schema>, inTurn: InTurn) {
  const transactionOf = transactionsInTurn(db, inTurn)
  return {
    /**
     * False if the owner has an item with this id, or does not exist. Throws a `TooManyItems` if the owner has `maxItems`, however
     * many are added at once.
     */
    async add(item: ItemRow, maxItems = Number.MAX_SAFE_INTEGER): Promise<boolean> {
      const { ownerId, itemId, title = null, description = null, createdAt, version } = item
      return await transactionOf(ownerId, async (tx) => {
        // The inserts of an owner wait for each other: each counts the items of those before it.
        const owner = tx.selectFrom('users').select('user_id').where('user_id', '=', ownerId)
        if (!(await owner.forUpdate().executeTakeFirst())) return false
        const added =
          await sql`insert into items (owner_id, item_id, title, description, created_at, version)
          select ${ownerId}, ${itemId}, ${title}, ${description}, ${createdAt}, ${version}
          where (select count(*) from items where owner_id = ${ownerId}) < ${maxItems}
          on conflict (owner_id, item_id) do nothing`.execute(tx)
        if (added.numAffectedRows === 1n) return true
        if (await lockItem(tx, ownerId, itemId)) return false
        throw new TooManyItems(maxItems)
      })
    },

    async byId(ownerId: string, itemId: string): Promise<ItemRow | undefined> {
      const row = await itemQuery(db, ownerId, itemId).executeTakeFirst()
      return row && itemOf(row)
    },

    /** Oldest first, after the given item. */
    async page(
      ownerId: string,
      after: Pick<ItemRow, 'createdAt' | 'itemId'> | undefined,
      limit: number,
    ): Promise<ItemRow[]> {
      let query = db.selectFrom('items').selectAll().where('owner_id', '=', ownerId)
      if (after) {
        const { createdAt, itemId } = after
        query = query.where(sql<SqlBool>`(created_at, item_id) > (${createdAt}, ${itemId})`)
      }
      const rows = await query.orderBy('created_at').orderBy('item_id').limit(limit).execute()
      return rows.map(itemOf)
    },

    /**
     * One transaction: writes what `edit` returns, unless it equals the item; rolls back if `edit` throws. Undefined if there is
     * no such item.
     */
    async change(ownerId: string, itemId: string, edit: (item: ItemRow) => ItemRow) {
      return await transactionOf(ownerId, async (tx) => {
        const item = await lockItem(tx, ownerId, itemId)
        if (!item) return undefined
        const edited = edit(item)
        if (isDeepStrictEqual(edited, item)) return item
        const { title = null, description = null } = edited
        const version = item.version + 1
        await tx
          .updateTable('items')
          .set({ title, description, version })
          .where('owner_id', '=', ownerId)
          .where('item_id', '=', itemId)
          .execute()
        return { ...edited, version }
      })
    },

    /** One transaction: rolls back if `check` throws. False if there is no such item. */
    async remove(ownerId: string, itemId: string, check: (item: ItemRow) => void) {
      return await transactionOf(ownerId, async (tx) => {
        const item = await lockItem(tx, ownerId, itemId)
        if (!item) return false
        check(item)
        await tx
          .deleteFrom('items')
          .where('owner_id', '=', ownerId)
          .where('item_id', '=', itemId)
          .execute()
        return true
      })
    },
  }
}

function itemQuery(db: Kysely<Schema>, ownerId: string, itemId: string) {
  const items = db.selectFrom('items').selectAll()
  return items.where('owner_id', '=', ownerId).where('item_id', '=', itemId)
}

/** Reads the item and locks it until the transaction ends. */
async function lockItem(
  tx: Kysely<Schema>,
  ownerId: string,
  itemId: string,
): Promise<ItemRow | undefined> {
  const row = await itemQuery(tx, ownerId, itemId).forUpdate().executeTakeFirst()
  return row && itemOf(row)
}

function itemOf(row: Selectable<ItemsTable>): ItemRow {
  return {
    ownerId: row.owner_id,
    itemId: row.item_id,
    title: row.title ?? undefined,
    description: row.description ?? undefined,
    createdAt: row.created_at,
    version: row.version,
  }
}
