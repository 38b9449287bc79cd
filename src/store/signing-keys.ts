/** The keys that sign access tokens, the private half encrypted. */
import type { Kysely } from 'kysely'
import type { Schema, SigningKeysTable } from './schema.ts'

export type SigningKeyRow = Readonly<SigningKeysTable>

export interface SigningKeys {
  add(key: SigningKeyRow): Promise<void>
  /** The newest first. */
  list(): Promise<SigningKeyRow[]>
  /** Replaces the encrypted half, when the key that encrypts it has changed. */
  reencrypt(kid: string, privateJwe: string): Promise<void>
}

export function signingKeysTable(db: Kysely<Schema>): SigningKeys {
  return {
    async add(key) {
      await db.insertInto('signing_keys').values(key).execute()
    },

    async list() {
      return await db
        .selectFrom('signing_keys')
        .selectAll()
        .orderBy('created_at', 'desc')
        .orderBy('kid')
        .execute()
    },

    async reencrypt(kid, privateJwe) {
      await db
        .updateTable('signing_keys')
        .set({ private_jwe: privateJwe })
        .where('kid', '=', kid)
        .execute()
    },
  }
}
