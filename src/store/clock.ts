/** Compares the clocks of the server and the database: with a wrong clock, sessions, tokens and keys would expire too early or too late. */
import { InvalidSetting } from '../config/config.ts'
import type { UnixMs } from './schema.ts'
import type { Store } from './store.ts'

export interface Clocks {
  readonly server: UnixMs
  readonly database: UnixMs
}

const maxSkewMs = 60_000

/** Both clocks if they differ by more than a minute; undefined if they agree or the database has no clock of its own. */
export async function findClockSkew(
  store: Pick<Store, 'clock'>,
  now: () => number,
): Promise<Clocks | undefined> {
  const database = await store.clock()
  const server = now()
  if (database === undefined || Math.abs(server - database) <= maxSkewMs) return undefined
  return { server, database }
}

/** Throws an `InvalidSetting` that states the difference. */
export async function requireSynchronizedClocks(
  store: Pick<Store, 'clock'>,
  now: () => number,
): Promise<void> {
  const clocks = await findClockSkew(store, now)
  if (!clocks) return
  const { server, database } = formatClocks(clocks)
  const seconds = Math.round(Math.abs(clocks.server - clocks.database) / 1000)
  const direction = clocks.server > clocks.database ? 'ahead of' : 'behind'
  throw new InvalidSetting(
    `the clock of this machine (${server}) is ${seconds} seconds ${direction} the clock of the database (${database}): synchronize both with NTP`,
  )
}

/** As ISO 8601 in UTC. */
export function formatClocks({ server, database }: Clocks) {
  return { server: new Date(server).toISOString(), database: new Date(database).toISOString() }
}
