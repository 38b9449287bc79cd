/** Compares the clocks of the server and the database: with a wrong clock, sessions, tokens and keys would expire too early or too late. */
import { InvalidSetting } from '../config/config.ts'
import type { UnixMs } from './schema.ts'
import type { Store } from './store.ts'

const maxSkewMs = 60_000

/**
 * Both clocks, as ISO 8601, and how far that of the server is ahead, if they differ by more than a minute; undefined if they agree or
 * the database has no clock of its own.
 */
export async function findClockSkew(store: Pick<Store, 'clock'>, now: () => UnixMs) {
  const database = await store.clock()
  const server = now()
  if (database === undefined || Math.abs(server - database) <= maxSkewMs) return undefined
  const clocks = {
    server: new Date(server).toISOString(),
    database: new Date(database).toISOString(),
  }
  return { clocks, aheadMs: server - database }
}

/** Throws an `InvalidSetting` that states the difference. */
export async function requireSynchronizedClocks(
  store: Pick<Store, 'clock'>,
  now: () => UnixMs,
): Promise<void> {
  const skew = await findClockSkew(store, now)
  if (!skew) return
  const { server, database } = skew.clocks
  const seconds = Math.round(Math.abs(skew.aheadMs) / 1000)
  const direction = skew.aheadMs > 0 ? 'ahead of' : 'behind'
  throw new InvalidSetting(
    `the clock of this machine (${server}) is ${seconds} seconds ${direction} the clock of the database (${database}): synchronize both with NTP`,
  )
}
