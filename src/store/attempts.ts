/** Failed logins, counted in the store: the counts survive a restart, and hold for all who share it. */
import { type Kysely, type SqlBool, sql } from 'kysely'
import { purge } from './purge.ts'
import type { Schema } from './schema.ts'
import { inTransaction } from './transaction.ts'

/** One count. `key` is a MAC of what is counted. */
export interface Budget {
  readonly key: string
  /** How many failures it allows. */
  readonly limit: number
}

export interface UsedUpBudget {
  readonly key: string
  /** When it opens again, in milliseconds since 1970. */
  readonly until: number
  /** Whether somebody was told so before, in this window. */
  readonly isTold: boolean
  /**
   * Until when there may be room: it would not be used up without those that are not decided yet, by whichever server. Moves on
   * with each reservation. Absent where all that counts is decided, or will never be.
   */
  readonly undecidedUntil: number | undefined
}

export interface FailedLogin {
  /** What was reserved. */
  readonly keys: readonly string[]
  /** Of those, what a password that was counted before gives back. */
  readonly ofName: readonly string[]
  /** Tells a wrong password from the others of this key. */
  readonly password: { readonly key: string; readonly mac: string }
  readonly now: number
  readonly expiresAt: number
}

export interface Attempts {
  /**
   * Reserves one failure in each budget, not decided yet, in one transaction: all or none. Nothing where all were reserved,
   * otherwise the first of those that are used up. `expiresAt` is the end of a window that begins now: none ends later.
   */
  reserve(
    budgets: readonly Budget[],
    now: number,
    expiresAt: number,
  ): Promise<UsedUpBudget | undefined>
  /** Takes note that somebody is told that it is used up. False where another was first: it is told once in a window. */
  tell(key: string): Promise<boolean>
  /** Takes one reservation back from each that has one which is not decided yet: failures that are, stay. */
  release(keys: readonly string[]): Promise<void>
  /** Decides that they stay. */
  keep(keys: readonly string[]): Promise<void>
  /** Decides that they stay, but for those that a wrong password gives back that was counted before; from now on it was. */
  fail(login: FailedLogin): Promise<void>
  /**
   * After a login: the first count begins anew, but for what is not decided yet of others; the others take their reservation
   * back, and the address is remembered.
   */
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

/** In so long a login is decided, in milliseconds: longer than the usual queue of the hashes. Where it is not, its server has died. */
const decidedMs = 60_000

export function attemptsTable(db: Kysely<Schema>): Attempts {
  const releaseIn = async (tx: Kysely<Schema>, keys: readonly string[]) => {
    if (keys.length === 0) return
    // One by one, in the order in which they were reserved: who takes locks in another order can block those who do so.
    for (const key of keys) {
      const less = { failures: sql<number>`failures - 1`, undecided }
      const attempts = tx.updateTable('attempts').set(less).where('key', '=', key)
      await attempts.where('undecided', '>', 0).execute()
    }
    await deleteEmpty(tx, keys)
  }

  const resetIn = async (tx: Kysely<Schema>, key: string) => {
    const alone = tx.deleteFrom('attempts').where('key', '=', key).where('undecided', '<=', 1)
    const { numDeletedRows } = await alone.executeTakeFirst()
    if (numDeletedRows > 0n) return
    const others = { failures: undecided, undecided, reported: 0 }
    await tx.updateTable('attempts').set(others).where('key', '=', key).execute()
    await deleteEmpty(tx, [key])
  }

  const keepIn = async (tx: Kysely<Schema>, keys: readonly string[]) => {
    for (const key of keys)
      await tx.updateTable('attempts').set({ undecided }).where('key', '=', key).execute()
  }

  /** The first of the budgets that is used up already. Refuses a flood without a lock to wait for. */
  const usedUpBefore = async (
    budgets: readonly Budget[],
    now: number,
  ): Promise<Budget | undefined> => {
    const rows = await db
      .selectFrom('attempts')
      .select(['key', 'failures'])
      .where(
        'key',
        'in',
        budgets.map((budget) => budget.key),
      )
      .where('expires_at', '>', now)
      .execute()
    const failures = new Map(rows.map((row) => [row.key, row.failures]))
    return budgets.find(({ key, limit }) => (failures.get(key) ?? 0) >= limit)
  }

  /** No window ends later than one that begins now: that one was begun by a clock that is wrong. */
  const notAfter = async (key: string, expiresAt: number): Promise<void> => {
    const late = db.updateTable('attempts').set({ expires_at: expiresAt }).where('key', '=', key)
    await late.where('expires_at', '>', expiresAt).execute()
  }

  const usedUp = async (
    { key, limit }: Budget,
    now: number,
    expiresAt: number,
  ): Promise<UsedUpBudget> => {
    const row = await db
      .selectFrom('attempts')
      .select(['failures', 'undecided', 'undecided_until', 'expires_at', 'reported'])
      .where('key', '=', key)
      .executeTakeFirst()
    const until = Math.min(row?.expires_at ?? expiresAt, expiresAt)
    if (row && row.expires_at > expiresAt) await notAfter(key, expiresAt)
    const isTold = row?.reported !== 0
    // Where it is gone, or is not used up any more, it was decided since.
    if (!row || row.failures < limit) return { key, until, isTold, undecidedUntil: now }
    const mayOpen = row.failures - row.undecided < limit && row.undecided_until > now
    return { key, until, isTold, undecidedUntil: mayOpen ? row.undecided_until : undefined }
  }

  return {
    async reserve(budgets, now, expiresAt) {
      const before = await usedUpBefore(budgets, now)
      if (before !== undefined) return await usedUp(before, now, expiresAt)
      try {
        await inTransaction(db, async (tx) => {
          for (const budget of budgets) {
            if (!(await reserveOne(tx, budget, now, expiresAt))) throw new UsedUp(budget)
          }
        })
        return undefined
      } catch (error) {
        if (error instanceof UsedUp) return await usedUp(error.budget, now, expiresAt)
        throw error
      }
    },

    async tell(key) {
      const told = await db
        .updateTable('attempts')
        .set({ reported: 1 })
        .where('key', '=', key)
        .where('reported', '=', 0)
        .executeTakeFirst()
      return told.numUpdatedRows === 1n
    },

    async release(keys) {
      await inTransaction(db, (tx) => releaseIn(tx, keys))
    },

    async keep(keys) {
      await inTransaction(db, (tx) => keepIn(tx, keys))
    },

    async fail({ keys, ofName, password, now, expiresAt }) {
      await inTransaction(db, async (tx) => {
        await keepIn(tx, keys)
        const counted = await tx
          .insertInto('attempted_passwords')
          .values({ ...password, expires_at: expiresAt })
          .onConflict((conflict) =>
            conflict
              .columns(['key', 'mac'])
              .doUpdateSet({ expires_at: expiresAt })
              .where('attempted_passwords.expires_at', '<=', now),
          )
          .executeTakeFirst()
        if (counted.numInsertedOrUpdatedRows !== 0n) return
        const attempts = tx.updateTable('attempts').set({ failures: sql`failures - 1` })
        await attempts.where('key', 'in', [...ofName]).execute()
        await deleteEmpty(tx, ofName)
      })
    },

    async succeed({ reset, release, address, addressExpiresAt }) {
      await inTransaction(db, async (tx) => {
        await resetIn(tx, reset)
        await releaseIn(tx, release)
        await tx.deleteFrom('attempted_passwords').where('key', '=', reset).execute()
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
      const hasExpired = sql<SqlBool>`expires_at <= ${now}`
      await purge(db, 'attempts', ['key'], hasExpired)
      await purge(db, 'attempted_passwords', ['key', 'mac'], hasExpired)
      await purge(db, 'login_addresses', ['key'], hasExpired)
    },
  }
}

/** Rolls the transaction back. */
class UsedUp extends Error {
  readonly budget: Budget

  constructor(budget: Budget) {
    super('a budget is used up')
    this.budget = budget
  }
}

/** One less, if there is any: a window that ends takes with it what is reserved in it. */
const undecided = sql<number>`case when undecided > 0 then undecided - 1 else 0 end`

async function deleteEmpty(tx: Kysely<Schema>, keys: readonly string[]): Promise<void> {
  const attempts = tx.deleteFrom('attempts').where('key', 'in', [...keys])
  await attempts.where('failures', '<=', 0).execute()
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
    .values({
      key,
      failures: 1,
      undecided: 1,
      undecided_until: now + decidedMs,
      expires_at: expiresAt,
      reported: 0,
    })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({
          failures: sql`case when attempts.expires_at <= ${now} then 1 else attempts.failures + 1 end`,
          undecided: sql`case when attempts.expires_at <= ${now} or attempts.undecided_until <= ${now} then 1 else attempts.undecided + 1 end`,
          undecided_until: now + decidedMs,
          // One that ends later than a window that begins now is of a clock that is wrong.
          expires_at: sql`case when attempts.expires_at > ${now} and attempts.expires_at < ${expiresAt} then attempts.expires_at else ${expiresAt} end`,
          reported: sql`case when attempts.expires_at <= ${now} then 0 else attempts.reported end`,
        })
        .where((e) =>
          e.or([e('attempts.failures', '<', limit), e('attempts.expires_at', '<=', now)]),
        ),
    )
    .executeTakeFirst()
  return reserved.numInsertedOrUpdatedRows === 1n
}
