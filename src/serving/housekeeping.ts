/** Removes what has expired, where it is sure what time it is. */

import type { Config } from '../config/config.ts'
import type { Services } from '../services.ts'
import { findClockSkew, formatClocks } from '../store/clock.ts'

/** Once in a while as much as a day's work: nobody waits for it, and it ends with the store. */
export async function purgeExpired({
  store,
  config,
  log,
  now,
  accepting,
}: Services): Promise<void> {
  try {
    const clocks = await findClockSkew(store, now)
    if (clocks)
      return log.error(formatClocks(clocks), 'the clocks differ: what has expired was not removed')
    await store.sessions.purge(now(), now() - endedSessionsMs(config))
    await store.attempts.purge(now())
    await store.signingKeys.purge(now())
    await store.auditEvents.purge(now() - config.auditRetentionMs)
  } catch (error) {
    if (accepting()) log.error({ err: error }, 'what has expired was not removed')
  }
}

/**
 * A session that has ended is good for saying so: to its access tokens while they last, and to whoever repeats a refresh. After
 * that it is as unknown as they are.
 */
function endedSessionsMs({ accessTokenSeconds, refreshGraceMs }: Config): number {
  return Math.max((accessTokenSeconds + 60) * 1000, refreshGraceMs)
}
