/** Deletes expired rows, if the clocks of the process and of the database agree. */
import type { Config } from '../config/config.ts'
import type { Services } from '../services.ts'
import { findClockSkew, formatClocks } from '../store/clock.ts'

/** Runs in the background, and is aborted when the store closes. */
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
      return log.error(formatClocks(clocks), 'the clocks differ: expired data was not deleted')
    await store.sessions.purge(now(), now() - endedSessionsMs(config))
    await store.attempts.purge(now())
    await store.signingKeys.purge(now())
    await store.auditEvents.purge(now() - config.auditRetentionMs)
  } catch (error) {
    if (accepting()) log.error({ err: error }, 'cannot delete expired data')
  }
}

/**
 * An ended session is kept while its access tokens or a repeated refresh may still arrive: the response then says that the session
 * has ended.
 */
function endedSessionsMs({ accessTokenSeconds, refreshGraceMs }: Config): number {
  return Math.max((accessTokenSeconds + 60) * 1000, refreshGraceMs)
}
