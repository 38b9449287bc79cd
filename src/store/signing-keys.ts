/** The keys that sign access tokens. Private keys are encrypted. */
import { type Kysely, sql } from 'kysely'
import { type AuditEventRow, addEvents, updateWithEvent } from './audit-events.ts'
import type { Schema, SigningKeysTable, UnixMs } from './schema.ts'
import { inTransaction, lockRow } from './transaction.ts'

export type SigningKeyRow = Readonly<SigningKeysTable>

export type StoredSigningKeys = ReturnType<typeof signingKeysTable>

/** Also read with every bearer token, so that each process notices a rotation by another at its next request. */
export const keysVersion = sql<string>`(
  select cast(count(*) as text) || ' ' || cast(coalesce(max(created_at), 0) as text)
    || ' ' || cast(coalesce(sum(retires_at), 0) as text)
  from signing_keys
)`

export function signingKeysTable(db: Kysely<Schema>) {
  return {
    /** A string that changes with every change of the keys. */
    async version(): Promise<string> {
      const row = await db.selectNoFrom(keysVersion.as('version')).executeTakeFirstOrThrow()
      return row.version
    },

    /** Newest first. */
    async list(): Promise<SigningKeyRow[]> {
      const keys = db.selectFrom('signing_keys').selectAll()
      return await keys.orderBy('created_at', 'desc').orderBy('kid').execute()
    },

    /**
     * Adds a key unless its algorithm has a current one, and retires the keys of other algorithms at `retiresAt`. Of servers that
     * start at the same time, one adds its key.
     */
    async addFirst(key: SigningKeyRow, retiresAt: UnixMs): Promise<void> {
      await inTransaction(db, async (tx) => {
        await lockRow(tx, 'signing keys')
        const current = await tx
          .selectFrom('signing_keys')
          .select('kid')
          .where('alg', '=', key.alg)
          .where('retires_at', 'is', null)
          .executeTakeFirst()
        if (current) return
        await retireAll(tx, retiresAt)
        await tx.insertInto('signing_keys').values(key).execute()
      })
    },

    /** Adds a key. The keys before it retire at `retiresAt`, unless they retire earlier. */
    async add(key: SigningKeyRow, retiresAt?: UnixMs, event?: AuditEventRow): Promise<void> {
      await inTransaction(db, async (tx) => {
        await lockRow(tx, 'signing keys')
        if (retiresAt !== undefined) await retireAll(tx, retiresAt)
        await tx.insertInto('signing_keys').values(key).execute()
        if (event) await addEvents(tx, event)
      })
    },

    /** False if there is no such key. */
    retire: (kid: string, at: UnixMs, event?: AuditEventRow): Promise<boolean> =>
      inTransaction(db, async (tx) => {
        await lockRow(tx, 'signing keys')
        const retired = tx
          .updateTable('signing_keys')
          .set({ retires_at: at })
          .where('kid', '=', kid)
        return await updateWithEvent(tx, retired, event)
      }),

    /** Replaces the encrypted private key after a change of the key that encrypts it. */
    async reencrypt(kid: string, privateJwe: string): Promise<void> {
      await db
        .updateTable('signing_keys')
        .set({ private_jwe: privateJwe })
        .where('kid', '=', kid)
        .execute()
    },

    async purge(now: UnixMs): Promise<void> {
      await db.deleteFrom('signing_keys').where('retires_at', '<=', now).execute()
    },
  }
}

/** Retires all keys at `retiresAt`, unless they retire earlier. */
async function retireAll(tx: Kysely<Schema>, retiresAt: UnixMs): Promise<void> {
  await tx
    .updateTable('signing_keys')
    .set({ retires_at: retiresAt })
    .where((e) => e.or([e('retires_at', 'is', null), e('retires_at', '>', retiresAt)]))
    .execute()
}
