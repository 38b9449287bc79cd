/** The registered clients. */
import type { Kysely, Selectable } from 'kysely'
import type { ClientsTable, Schema } from './schema.ts'

export interface ClientRow {
  readonly clientId: string
  /** SHA-256 of the secret. Absent: the client is public. */
  readonly secretHash: string | undefined
  readonly grants: readonly string[]
  /** Absent: every scope. */
  readonly scopes: readonly string[] | undefined
  readonly mayIntrospect: boolean
  readonly disabled: boolean
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

export interface Clients {
  byId(clientId: string): Promise<ClientRow | undefined>
  /** In the order of their ids. */
  list(): Promise<ClientRow[]>
  /** False where the id is taken. */
  add(client: ClientRow): Promise<boolean>
  /** False where there is no such client. */
  disable(clientId: string): Promise<boolean>
  /** False where there is no such confidential client. */
  replaceSecret(clientId: string, secretHash: string): Promise<boolean>
}

export function clientsTable(db: Kysely<Schema>): Clients {
  return {
    async byId(clientId) {
      const row = await db
        .selectFrom('clients')
        .selectAll()
        .where('client_id', '=', clientId)
        .executeTakeFirst()
      return row && clientOf(row)
    },

    async list() {
      const rows = await db.selectFrom('clients').selectAll().orderBy('client_id').execute()
      return rows.map(clientOf)
    },

    async add(client) {
      const added = await db
        .insertInto('clients')
        .values({
          client_id: client.clientId,
          secret_hash: client.secretHash ?? null,
          grants: client.grants.join(' '),
          scopes: client.scopes?.join(' ') ?? null,
          may_introspect: client.mayIntrospect ? 1 : 0,
          disabled: client.disabled ? 1 : 0,
          created_at: client.createdAt,
        })
        .onConflict((conflict) => conflict.column('client_id').doNothing())
        .executeTakeFirst()
      return added.numInsertedOrUpdatedRows === 1n
    },

    async disable(clientId) {
      const changed = await db
        .updateTable('clients')
        .set({ disabled: 1 })
        .where('client_id', '=', clientId)
        .executeTakeFirst()
      return changed.numUpdatedRows === 1n
    },

    async replaceSecret(clientId, secretHash) {
      const changed = await db
        .updateTable('clients')
        .set({ secret_hash: secretHash })
        .where('client_id', '=', clientId)
        .where('secret_hash', 'is not', null)
        .executeTakeFirst()
      return changed.numUpdatedRows === 1n
    },
  }
}

function clientOf(row: Selectable<ClientsTable>): ClientRow {
  return {
    clientId: row.client_id,
    secretHash: row.secret_hash ?? undefined,
    grants: row.grants.split(' ').filter(Boolean),
    scopes: row.scopes?.split(' ').filter(Boolean),
    mayIntrospect: row.may_introspect === 1,
    disabled: row.disabled === 1,
    createdAt: row.created_at,
  }
}
