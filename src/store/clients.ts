/** The registered clients. */
import { type Kysely, type Selectable, type SqlBool, sql, type Updateable } from 'kysely'
import { type AuditEventRow, addEvents, updateWithEvent } from './audit-events.ts'
import { type Prepare, prepared } from './prepared.ts'
import type { ClientsTable, Schema, UnixMs } from './schema.ts'
import { inTransaction } from './transaction.ts'

export interface ClientRow {
  readonly clientId: string
  /** SHA-256 of the secret. Absent: the client is public. */
  readonly secretHash: string | undefined
  readonly grants: readonly string[]
  /** Absent: every scope. */
  readonly scopes: readonly string[] | undefined
  readonly mayIntrospect: boolean
  readonly disabled: boolean
  readonly createdAt: UnixMs
}

export type Clients = ReturnType<typeof clientsTable>

export function clientsTable(db: Kysely<Schema>, prepare: Prepare) {
  const clients = prepared(prepare, (clientId: string) =>
    db.selectFrom('clients').selectAll().where('client_id', '=', clientId),
  )

  return {
    async byId(clientId: string): Promise<ClientRow | undefined> {
      const [row] = await clients(clientId)
      return row && clientOf(row)
    },

    /** Sorted by id. */
    async list(): Promise<ClientRow[]> {
      const rows = await db.selectFrom('clients').selectAll().orderBy('client_id').execute()
      return rows.map(clientOf)
    },

    /** False if the id is taken. */
    add: (client: ClientRow, event?: AuditEventRow): Promise<boolean> =>
      inTransaction(db, async (tx) => {
        const added = await tx
          .insertInto('clients')
          .values(rowOf(client))
          .onConflict((conflict) => conflict.column('client_id').doNothing())
          .executeTakeFirst()
        if (added.numInsertedOrUpdatedRows === 0n) return false
        if (event) await addEvents(tx, event)
        return true
      }),

    /** Also ends its sessions. False if there is no such client. */
    disable: (clientId: string, now: UnixMs, event: AuditEventRow): Promise<boolean> =>
      inTransaction(db, async (tx) => {
        const disabled = changed(tx, clientId, { disabled: 1 })
        if (!(await updateWithEvent(tx, disabled, event))) return false
        await tx
          .updateTable('sessions')
          .set({ ended_at: now })
          .where('client_id', '=', clientId)
          .where('ended_at', 'is', null)
          .execute()
        return true
      }),

    /** Ended sessions stay ended. False if there is no such client. */
    enable: (clientId: string, event: AuditEventRow): Promise<boolean> =>
      inTransaction(db, async (tx) =>
        updateWithEvent(tx, changed(tx, clientId, { disabled: 0 }), event),
      ),

    /** False if there is no such confidential client. */
    replaceSecret: (clientId: string, secretHash: string, event: AuditEventRow): Promise<boolean> =>
      inTransaction(db, async (tx) => {
        const replaced = changed(tx, clientId, { secret_hash: secretHash })
        return await updateWithEvent(tx, replaced.where('secret_hash', 'is not', null), event)
      }),
  }
}

function changed(tx: Kysely<Schema>, clientId: string, change: Updateable<ClientsTable>) {
  return tx.updateTable('clients').set(change).where('client_id', '=', clientId)
}

/** True for the row of the client if it is still enabled, with the same secret and grants. */
export function isUnchanged(client: ClientRow) {
  const { client_id, secret_hash, grants } = rowOf(client)
  const hasSecret = secret_hash === null ? sql`is null` : sql`= ${secret_hash}`
  return sql<SqlBool>`clients.client_id = ${client_id} and clients.secret_hash ${hasSecret}
    and clients.grants = ${grants} and clients.disabled = 0`
}

function rowOf(client: ClientRow): ClientsTable {
  return {
    client_id: client.clientId,
    secret_hash: client.secretHash ?? null,
    grants: client.grants.join(' '),
    scopes: client.scopes?.join(' ') ?? null,
    may_introspect: client.mayIntrospect ? 1 : 0,
    disabled: client.disabled ? 1 : 0,
    created_at: client.createdAt,
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
