/** What expires does so by two clocks that agree, the server's and the database's: by a wrong one all of it would be over at once. */
import { InvalidSetting } from '../config/config.ts'
import type { Store } from './store.ts'

export interface Clocks {
  /** Milliseconds since 1970. */
  readonly server: number
  readonly database: number
}

/** In milliseconds. */
const mostApart = 60_000

/** Both clocks where they are more than a minute apart; nothing where they agree, or there is but one. */
export async function clocksApart(
  store: Pick<Store, 'clock'>,
  now: () => number,
): Promise<Clocks | undefined> {
  const database = await store.clock()
  const server = now()
  if (database === undefined || Math.abs(server - database) <= mostApart) return undefined
  return { server, database }
}

/** Throws an `InvalidSetting` that says how far they are apart. */
export async function requireOneTime(
  store: Pick<Store, 'clock'>,
  now: () => number,
): Promise<void> {
  const apart = await clocksApart(store, now)
  if (!apart) return
  const { server, database } = asText(apart)
  const seconds = Math.round(Math.abs(apart.server - apart.database) / 1000)
  const direction = apart.server > apart.database ? 'ahead of' : 'behind'
  throw new InvalidSetting(
    `the clock of this machine (${server}) is ${seconds} seconds ${direction} that of the database (${database}): set both by NTP`,
  )
}

/** For people, in UTC. */
export function asText({ server, database }: Clocks) {
  return { server: new Date(server).toISOString(), database: new Date(database).toISOString() }
}
