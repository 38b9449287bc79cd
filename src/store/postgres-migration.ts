/** Migrations of a PostgreSQL in use: whoever waits for a table makes all wait who come after, so they wait for a moment only. */
import { setTimeout as pause } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import { migrate } from './migrate.ts'
import { postgresTypes } from './migrations/column-types.ts'
import { isLockTimeout } from './postgres.ts'
import type { Schema } from './schema.ts'

/** In milliseconds. */
const betweenTries = 5_000

/** Tries until nobody is in the way. `waits` is told once what for. The names of those applied. */
export async function migrateInUse(
  db: Kysely<Schema>,
  waits: (forWhat: string) => void,
): Promise<string[]> {
  // Less than a request waits (`postgres.ts`): those behind it are late, and served.
  const brief = sql`set local lock_timeout = '1s'`
  for (let tries = 1; ; tries += 1) {
    try {
      return await migrate(db, postgresTypes, brief)
    } catch (error) {
      if (!isLockTimeout(error)) throw error
    }
    if (tries === 1) waits(theOther)
    await pause(betweenTries)
  }
}

const theOther =
  'the migrations wait for a transaction that has a table they change, and try again every 5 seconds (see pg_stat_activity)'
