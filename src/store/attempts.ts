/** Failed logins, counted in the store: the counts survive a restart, and hold for all who share it. */
import { type Kysely, sql } from 'kysely'
import type { Schema } from './schema.ts'

/** One count. `key` is a MAC of what is counted. */
export interface Budget {
  readonly key: string
  /** How many failures it allows. */
  readonly limit: number
}

export interface Attempts {
  /**
   * Reserves one failure in each budget, in one transaction: all or none.
   * When the first of those that are used up opens again, in milliseconds since 1970; nothing where all were reserved.
   */
  reserve(budgets: readonly Budget[], now: number, expiresAt: number): Promise<number | undefined>
  /** Takes one reservation back from each. */
  release(keys: readonly string[]): Promise<void>
  /** Whether this wrong password was counted before; from now on it was. */
  wasCounted(key: string, mac: string, now: number, expiresAt: number): Promise<boolean>
  /** After a login: the first count begins anew, the others take their reservation back, and the address is remembered. */
  succeed(login: SuccessfulLogin): Promise<void>
  isKnownAddress(key: string, now: number): Promise<boolean>
  /** Forgets what has expired. */
  purge(now: number): Promise<void>
}

export interface SuccessfulLogin {
  readonly reset: string
  readonly release: readonly string[]
  readonly address: string
  readonly addressExpiresAt: number
}

export function attemptsTable(db: Kysely<Schema>): Attempts {
  const releaseIn = async (tx: Kysely<Schema>, keys: readonly string[]) => {
    if (keys.length === 0) return
    await tx
      .deleteFrom('attempts')
      .where('key', 'in', [...keys])
      .where('failures', '<=', 1)
      .execute()
    await tx
      .updateTable('attempts')
      .set({ failures: sql`failures - 1` })
      .where('key', 'in', [...keys])
      .execute()
  }

  return {
    async reserve(budgets, now, expiresAt) {
      return db
        .transaction()
        .execute(async (tx) => {
          for (const budget of budgets) {
            if (await reserveOne(tx, budget, now, expiresAt)) continue
            const full = await tx
              .selectFrom('attempts')
              .select('expires_at')
              .where('key', '=', budget.key)
              .executeTakeFirstOrThrow()
            throw new UsedUp(full.expires_at)
          }
          return undefined
        })
        .catch((error) => {
          if (error instanceof UsedUp) return error.until
          throw error
        })
    },

    async release(keys) {
      await db.transaction().execute((tx) => releaseIn(tx, keys))
    },

    async wasCounted(key, mac, now, expiresAt) {
      const counted = await db
        .insertInto('attempted_passwords')
        .values({ key, mac, expires_at: expiresAt })
        .onConflict((conflict) =>
          conflict
            .columns(['key', 'mac'])
            .doUpdateSet({ expires_at: expiresAt })
            .where('attempted_passwords.expires_at', '<=', now),
        )
        .executeTakeFirst()
      return counted.numInsertedOrUpdatedRows === 0n
    },

    async succeed({ reset, release, address, addressExpiresAt }) {
      await db.transaction().execute(async (tx) => {
        await tx.deleteFrom('attempts').where('key', '=', reset).execute()
        await tx.deleteFrom('attempted_passwords').where('key', '=', reset).execute()
        await releaseIn(tx, release)
        await tx
          .insertInto('login_addresses')
          .values({ key: address, expires_at: addressExpiresAt })
          .onConflict((conflict) =>
            conflict.column('key').doUpdateSet({ expires_at: addressExpiresAt }),
          )
          .execute()
      })
    },

    async isKnownAddress(key, now) {
      const row = await db
        .selectFrom('login_addresses')
        .select('key')
        .where('key', '=', key)
        .where('expires_at', '>', now)
        .executeTakeFirst()
      return row !== undefined
    },

    async purge(now) {
      await db.deleteFrom('attempts').where('expires_at', '<=', now).execute()
      await db.deleteFrom('attempted_passwords').where('expires_at', '<=', now).execute()
      await db.deleteFrom('login_addresses').where('expires_at', '<=', now).execute()
    },
  }
}

/** Rolls the transaction back. */
class UsedUp extends Error {
  readonly until: number

  constructor(until: number) {
    super('a budget is used up')
    this.until = until
  }
}

/** One statement: the count goes up by one, or begins anew where its window has passed. False where it is at the limit. */
async function reserveOne(
  tx: Kysely<Schema>,
  { key, limit }: Budget,
  now: number,
  expiresAt: number,
): Promise<boolean> {
  const reserved = await tx
    .insertInto('attempts')
    .values({ key, failures: 1, expires_at: expiresAt })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({
          failures: sql`case when attempts.expires_at <= ${now} then 1 else attempts.failures + 1 end`,
          expires_at: sql`case when attempts.expires_at <= ${now} then ${expiresAt} else attempts.expires_at end`,
        })
        .where((e) =>
          e.or([e('attempts.failures', '<', limit), e('attempts.expires_at', '<=', now)]),
        ),
    )
    .executeTakeFirst()
  return reserved.numInsertedOrUpdatedRows === 1n
}
