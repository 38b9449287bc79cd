/** Failed logins and registrations, counted in the store: the counts survive a restart, and hold for all servers that share it. */
import { type Kysely, type SqlBool, sql } from 'kysely'
import { type AuditEventRow, addEvents } from './audit-events.ts'
import { purge } from './purge.ts'
import type { Schema } from './schema.ts'
import { inTransaction } from './transaction.ts'

/** What is counted in a window that is open. */
export interface Count {
  /** A MAC of what is counted for. */
  readonly key: string
  readonly failures: number
  /** When the window ends, in milliseconds since 1970. */
  readonly expiresAt: number
  /** Whether the audit trail has been told, in this window, that the budget is used up. */
  readonly isReported: boolean
}

/** How many failures a key may have in a window. */
export interface Budget {
  readonly key: string
  readonly limit: number
}

export interface Failure {
  /** What one failure is added to. */
  readonly keys: readonly string[]
  /** The same where this password was counted before. */
  readonly keysIfRepeated: readonly string[]
  /** Tells a wrong password from the others of this key. */
  readonly password: { readonly key: string; readonly mac: string }
  readonly now: number
  /** When a window ends that begins now. */
  readonly expiresAt: number
}

export interface Success {
  /** The count to delete, with the passwords that were counted for it. */
  readonly forget?: string
  readonly address: string
  readonly addressExpiresAt: number
}

/** Times are in milliseconds since 1970. */
export interface Attempts {
  /** The counts of these keys by key, and whether the address is remembered. One statement. */
  read(
    keys: readonly string[],
    address: string,
    now: number,
  ): Promise<{ counts: ReadonlyMap<string, Count>; isKnown: boolean }>
  /** One transaction with the event that tells of it. */
  fail(failure: Failure, event: AuditEventRow): Promise<void>
  /** One transaction. */
  succeed(success: Success): Promise<void>
  /**
   * Adds one, in one atomic statement. Where that would be more than the limit nothing is added, and the count is returned.
   * `expiresAt` is the end of a window that begins now. A window that ends at this very moment may let one more in.
   */
  take(budget: Budget, now: number, expiresAt: number): Promise<Count | undefined>
  /** False where it was marked before: true once in a window. */
  markReported(key: string): Promise<boolean>
  /** Lets a window end no later than this. */
  shorten(key: string, expiresAt: number): Promise<void>
  /** Deletes what has expired. */
  purge(now: number): Promise<void>
}

export function attemptsTable(db: Kysely<Schema>): Attempts {
  const countOf = async (key: string): Promise<Count | undefined> => {
    const columns = ['key', 'failures', 'expires_at', 'reported'] as const
    const row = await db
      .selectFrom('attempts')
      .select(columns)
      .where('key', '=', key)
      .executeTakeFirst()
    return row && countFrom(row)
  }

  return {
    async read(keys, address, now) {
      const addresses = db
        .selectFrom('login_addresses')
        .select(['key', sql<number>`0`.as('failures'), 'expires_at', sql<number>`0`.as('reported')])
        .where('key', '=', address)
        .where('expires_at', '>', now)
      const rows = await db
        .selectFrom('attempts')
        .select(['key', 'failures', 'expires_at', 'reported'])
        .where('key', 'in', [...keys])
        .where('expires_at', '>', now)
        .unionAll(addresses)
        .execute()
      const isKnown = rows.some(({ key }) => key === address)
      const counts = rows.filter(({ key }) => key !== address).map(countFrom)
      return { counts: new Map(counts.map((count) => [count.key, count])), isKnown }
    },

    async fail({ keys, keysIfRepeated, password, now, expiresAt }, event) {
      await inTransaction(db, async (tx) => {
        // Locks are taken in the order in which `succeed` takes them.
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
        await oneMore(tx, isRepeated ? keysIfRepeated : keys, now, expiresAt).execute()
        await addEvents(tx, event)
      })
    },

    async succeed({ forget, address, addressExpiresAt }) {
      await inTransaction(db, async (tx) => {
        if (forget !== undefined) {
          await tx.deleteFrom('attempted_passwords').where('key', '=', forget).execute()
          await tx.deleteFrom('attempts').where('key', '=', forget).execute()
        }
        await tx
          .insertInto('login_addresses')
          .values({ key: address, expires_at: addressExpiresAt })
          .onConflict((conflict) =>
            conflict.column('key').doUpdateSet({ expires_at: addressExpiresAt }),
          )
          .execute()
      })
    },

    async take({ key, limit }, now, expiresAt) {
      const taken = await oneMore(db, [key], now, expiresAt, limit).executeTakeFirst()
      return taken.numInsertedOrUpdatedRows === 0n ? await countOf(key) : undefined
    },

    async markReported(key) {
      const marked = await db
        .updateTable('attempts')
        .set({ reported: 1 })
        .where('key', '=', key)
        .where('reported', '=', 0)
        .executeTakeFirst()
      return marked.numUpdatedRows === 1n
    },

    async shorten(key, expiresAt) {
      const late = db.updateTable('attempts').set({ expires_at: expiresAt }).where('key', '=', key)
      await late.where('expires_at', '>', expiresAt).execute()
    },

    async purge(now) {
      const hasExpired = sql<SqlBool>`expires_at <= ${now}`
      await purge(db, 'attempts', ['key'], hasExpired)
      await purge(db, 'attempted_passwords', ['key', 'mac'], hasExpired)
      await purge(db, 'login_addresses', ['key'], hasExpired)
    },
  }
}

interface CountRow {
  readonly key: string
  readonly failures: number
  readonly expires_at: number
  readonly reported: number
}

function countFrom({ key, failures, expires_at, reported }: CountRow): Count {
  return { key, failures, expiresAt: expires_at, isReported: reported === 1 }
}

/** Adds one to each count, or sets it to one where its window has passed. With a limit, a count that has reached it stays. */
function oneMore(
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
          // A window that ends later than one that begins now was begun by a clock that was wrong.
          expires_at: sql`case when attempts.expires_at > ${now} and attempts.expires_at < ${expiresAt} then attempts.expires_at else ${expiresAt} end`,
          reported: sql`case when attempts.expires_at <= ${now} then 0 else attempts.reported end`,
        })
        .where((e) =>
          e.or([e('attempts.failures', '<', limit), e('attempts.expires_at', '<=', now)]),
        ),
    )
}
