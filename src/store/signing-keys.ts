/** The keys that sign access tokens, the private half encrypted. */
import { type Kysely, sql } from 'kysely'
import { type AuditEventRow, addEvents } from './audit-events.ts'
import type { Schema, SigningKeysTable } from './schema.ts'
import { inTransaction, lockRow } from './transaction.ts'

export type SigningKeyRow = Readonly<SigningKeysTable>

export interface StoredSigningKeys {
  /** Changes with every change of the keys. */
  version(): Promise<string>
  /** The newest first. */
  list(): Promise<SigningKeyRow[]>
  /**
   * Adds the first key of its algorithm that nothing has followed; those of another are refused from `retiresAt` on. Of
   * several that start at once, one does.
   */
  addFirst(key: SigningKeyRow, retiresAt: number): Promise<void>
  /** Adds a key; those that it follows are refused from `retiresAt` on, if they are not before. */
  add(key: SigningKeyRow, retiresAt?: number, event?: AuditEventRow): Promise<void>
  /** False where there is no such key. */
  retire(kid: string, at: number, event?: AuditEventRow): Promise<boolean>
  /** Replaces the encrypted half, when the key that encrypts it has changed. */
  reencrypt(kid: string, privateJwe: string): Promise<void>
  /** Forgets the keys that are refused. */
  purge(now: number): Promise<void>
}

/** Read with every bearer token too: a rotation by one process is seen by the next request of another. */
export const keysVersion = sql<string>`(
  select cast(count(*) as text) || ' ' || cast(coalesce(max(created_at), 0) as text)
    || ' ' || cast(coalesce(sum(retires_at), 0) as text)
  from signing_keys
)`

export function signingKeysTable(db: Kysely<Schema>): StoredSigningKeys {
  return {
    async version() {
      const row = await db.selectNoFrom(keysVersion.as('version')).executeTakeFirstOrThrow()
      return row.version
    },

    async list() {
      const keys = db.selectFrom('signing_keys').selectAll()
      return await keys.orderBy('created_at', 'desc').orderBy('kid').execute()
    },

    async addFirst(key, retiresAt) {
      await inTransaction(db, async (tx) => {
        await lockRow(tx, 'signing keys')
        const serving = await tx
          .selectFrom('signing_keys')
          .select('kid')
          .where('alg', '=', key.alg)
          .where('retires_at', 'is', null)
          .executeTakeFirst()
        if (serving) return
        await retireAll(tx, retiresAt)
        await tx.insertInto('signing_keys').values(key).execute()
      })
    },

    async add(key, retiresAt, event) {
      await inTransaction(db, async (tx) => {
        await lockRow(tx, 'signing keys')
        if (retiresAt !== undefined) await retireAll(tx, retiresAt)
        await tx.insertInto('signing_keys').values(key).execute()
        if (event) await addEvents(tx, event)
      })
    },

    retire: (kid, at, event) =>
      inTransaction(db, async (tx) => {
        await lockRow(tx, 'signing keys')
        const retired = await tx
          .updateTable('signing_keys')
          .set({ retires_at: at })
          .where('kid', '=', kid)
          .executeTakeFirst()
        if (retired.numUpdatedRows === 0n) return false
        if (event) await addEvents(tx, event)
        return true
      }),

    async reencrypt(kid, privateJwe) {
      await db
        .updateTable('signing_keys')
        .set({ private_jwe: privateJwe })
        .where('kid', '=', kid)
        .execute()
    },

    async purge(now) {
      await db.deleteFrom('signing_keys').where('retires_at', '<=', now).execute()
    },
  }
}

/** All that are not refused before. */
async function retireAll(tx: Kysely<Schema>, retiresAt: number): Promise<void> {
  await tx
    .updateTable('signing_keys')
    .set({ retires_at: retiresAt })
    .where((e) => e.or([e('retires_at', 'is', null), e('retires_at', '>', retiresAt)]))
    .execute()
}
