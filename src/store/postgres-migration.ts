/** Migrates a PostgreSQL database that is in use. Waiting for a table lock blocks all later statements on the table, so each wait is short. */
import { setTimeout as pause } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import { type Migrations, migrate } from './migrate.ts'
import { isLockTimeout } from './postgres-errors.ts'
import type { Schema } from './schema.ts'

const retryDelayMs = 5_000

/** Called with the reason. */
export type OnWait = (reason: string) => void

/** Retries until all locks are acquired. Calls `onWait` with a reason after the first failure. Returns the names of the applied migrations. */
export async function migrateWithRetry(
  db: Kysely<Schema>,
  migrations: Migrations,
  onWait: OnWait,
): Promise<string[]> {
  // Below the timeout of a request (`postgres.ts`): requests that wait behind the migration are delayed, but succeed.
  const shortLockTimeout = sql`set local lock_timeout = '1s'`
  for (let tries = 1; ; tries += 1) {
    try {
      return await migrate(db, migrations, shortLockTimeout)
    } catch (error) {
      if (!isLockTimeout(error)) throw error
    }
    if (tries === 1) onWait(waitReason)
    await pause(retryDelayMs)
  }
}

const waitReason =
  'the migrations wait for a transaction that locks a table (see pg_stat_activity); retrying every 5 seconds'
