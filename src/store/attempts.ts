/** Counts of failed logins and registrations. They survive a restart and are shared by all servers of a database. */
import { type Kysely, type SqlBool, sql } from 'kysely'
import { type AuditEventRow, addEvents, updateWithEvent } from './audit-events.ts'
import type { Purge } from './purge.ts'
import type { AttemptsTable, Schema, UnixMs } from './schema.ts'
import { inTransaction } from './transaction.ts'
import type { InTurn } from './turns.ts'

/** The count of one key in its current window. */
export interface Count {
  readonly key: string
  readonly failures: number
  /** The end of the window. */
  readonly expiresAt: UnixMs
  /** Whether the audit trail has an event of this window that says that the budget is exhausted. */
  readonly isReported: boolean
}

/** The maximum of failures of a key in a window. */
export interface Budget {
  readonly key: string
  readonly limit: number
}

export interface Failure {
  /** The counts to increment for a new password. */
  readonly keys: readonly string[]
  /** The counts to increment for a password that this window has counted. */
  readonly keysIfRepeated: readonly string[]
  /** Identifies the password among those counted for the key. */
  readonly password: { readonly key: string; readonly mac: string }
  readonly now: UnixMs
  /** The end of a window that begins now. */
  readonly expiresAt: UnixMs
}

export interface Success {
  /** The keys of the counts to delete, together with their passwords, in the order of a failure. */
  readonly resetKeys: readonly string[]
  readonly address: string
  readonly addressExpiresAt: UnixMs
}

export type Attempts = ReturnType<typeof attemptsTable>

export function attemptsTable(db: Kysely<Schema>, purge: Purge, inTurn: InTurn) {
  const counts = db.selectFrom('attempts').select(['key', 'failures', 'expires_at', 'reported'])

  return {
    /** The counts by key, and whether the address is remembered. One statement. */
    async read(keys: readonly string[], address: string, now: UnixMs) {
      const addresses = db
        .selectFrom('login_addresses')
        .select(['key', sql<number>`0`.as('failures'), 'expires_at', sql<number>`0`.as('reported')])
        .where('key', '=', address)
        .where('expires_at', '>', now)
      const rows = await counts
        .where('key', 'in', [...keys])
        .where('expires_at', '>', now)
        .unionAll(addresses)
        .execute()
      const isKnown = rows.some(({ key }) => key === address)
      const found = rows.filter(({ key }) => key !== address).map(countFrom)
      const counted: ReadonlyMap<string, Count> = new Map(found.map((each) => [each.key, each]))
      return { counts: counted, isKnown }
    },

    /** Counts the failure and adds the event, in one transaction. */
    async fail(failure: Failure, event: AuditEventRow): Promise<void> {
      const { keys, keysIfRepeated, password, now, expiresAt } = failure
      await inTransaction(db, async (tx) => {
        // The same lock order as in `succeed`.
        const remembered = await tx
          .insertInto('attempted_passwords')
          .values({ ...password, expires_at: expiresAt })
          .onConflict((conflict) =>
            conflict
              .columns(['key', 'mac'])
              .doUpdateSet({ expires_at: expiresAt })
              .where('attempted_passwords.expires_at', '<=', now),
          )
          .executeTakeFirst()
        const isRepeated = remembered.numInsertedOrUpdatedRows === 0n
        await increment(tx, isRepeated ? keysIfRepeated : keys, now, expiresAt).execute()
        await addEvents(tx, event)
      })
    },

    /** One transaction. */
    async succeed({ resetKeys, address, addressExpiresAt }: Success): Promise<void> {
      const remember = (tx: Kysely<Schema>) =>
        tx
          .insertInto('login_addresses')
          .values({ key: address, expires_at: addressExpiresAt })
          .onConflict((conflict) =>
            conflict.column('key').doUpdateSet({ expires_at: addressExpiresAt }),
          )
          .execute()
      // One statement needs no transaction.
      if (resetKeys.length === 0) return void (await remember(db))
      await inTransaction(db, async (tx) => {
        await tx
          .deleteFrom('attempted_passwords')
          .where('key', 'in', [...resetKeys])
          .execute()
        // One after the other: `fail` locks them in the same order.
        for (const key of resetKeys)
          await tx.deleteFrom('attempts').where('key', '=', key).execute()
        await remember(tx)
      })
    },

    /**
     * Increments the count in one atomic statement. At the limit it adds nothing and returns the count. `expiresAt` is the end
     * of a window that begins now. A request in the millisecond in which a window ends may exceed the limit by one.
     */
    async take({ key, limit }: Budget, now: UnixMs, expiresAt: UnixMs): Promise<Count | undefined> {
      const taken = await inTurn(key, () =>
        increment(db, [key], now, expiresAt, limit).executeTakeFirst(),
      )
      if (taken.numInsertedOrUpdatedRows !== 0n) return undefined
      const row = await counts.where('key', '=', key).executeTakeFirst()
      return row && countFrom(row)
    },

    async forget(key: string): Promise<void> {
      await db.deleteFrom('attempts').where('key', '=', key).execute()
    },

    /** Adds the event, once in a window, in one transaction. */
    async report(key: string, event: AuditEventRow): Promise<void> {
      await inTransaction(db, async (tx) => {
        const marked = tx
          .updateTable('attempts')
          .set({ reported: 1 })
          .where('key', '=', key)
          .where('reported', '=', 0)
        await updateWithEvent(tx, marked, event)
      })
    },

    /** Ends a window at `expiresAt` if it would end later. */
    async shorten(key: string, expiresAt: UnixMs): Promise<void> {
      const late = db.updateTable('attempts').set({ expires_at: expiresAt }).where('key', '=', key)
      await late.where('expires_at', '>', expiresAt).execute()
    },

    async purge(now: UnixMs): Promise<void> {
      const isExpired = sql<SqlBool>`expires_at <= ${now}`
      await purge({ table: 'attempts', key: ['key'], isExpired })
      await purge({ table: 'attempted_passwords', key: ['key', 'mac'], isExpired })
      await purge({ table: 'login_addresses', key: ['key'], isExpired })
    },
  }
}

function countFrom({ key, failures, expires_at, reported }: AttemptsTable): Count {
  return { key, failures, expiresAt: expires_at, isReported: reported === 1 }
}

/** Increments each count, or sets it to 1 if its window has ended. A count at `limit` does not change. */
function increment(
  db: Kysely<Schema>,
  keys: readonly string[],
  now: number,
  expiresAt: number,
  limit = Number.MAX_SAFE_INTEGER,
) {
  const first = { failures: 1, expires_at: expiresAt, reported: 0 }
  return db
    .insertInto('attempts')
    .values(keys.map((key) => ({ key, ...first })))
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({
          failures: sql`case when attempts.expires_at <= ${now} then 1 else attempts.failures + 1 end`,
          // A window that ends later than a new one was started while the clock was wrong.
          expires_at: sql`case when attempts.expires_at > ${now} and attempts.expires_at < ${expiresAt} then attempts.expires_at else ${expiresAt} end`,
          reported: sql`case when attempts.expires_at <= ${now} then 0 else attempts.reported end`,
        })
        .where((e) =>
          e.or([e('attempts.failures', '<', limit), e('attempts.expires_at', '<=', now)]),
        ),
    )
}
