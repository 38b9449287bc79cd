/** Deletes expired rows, if the clocks of the process and of the database agree. */
import type { Config } from '../config/config.ts'
import type { Services } from '../services.ts'
import { findClockSkew } from '../store/clock.ts'
import { maxAgeMs } from './event-delivery.ts'

const intervalMs = 3_600_000
/** The delivery gives up after a day. Older ones are of a time in which no server sends mails, or in which it got to few. */
const maxMailAgeMs = 2 * 86_400_000

/** Purges now and every hour, one purge at a time, and returns a function that stops it. */
export function schedulePurges(services: Services): () => void {
  let isPurging = false
  const start = async () => {
    if (isPurging) return
    isPurging = true
    await purgeExpired(services)
    isPurging = false
  }
  void start()
  const timer = setInterval(() => void start(), intervalMs).unref()
  return () => clearInterval(timer)
}

/** Runs in the background, and is aborted when the store closes. Never rejects. */
export async function purgeExpired({
  store,
  config,
  log,
  now,
  isAccepting,
}: Services): Promise<void> {
  try {
    const skew = await findClockSkew(store, now)
    if (skew) return log.error(skew.clocks, 'the clocks differ: expired data was not deleted')
    await store.sessions.purge(now(), now() - endedSessionsMs(config))
    await store.attempts.purge(now())
    await store.proofs.purge(now())
    await store.signingKeys.purge(now())
    const events = await store.outbox.drop(now() - maxAgeMs)
    if (events > 0) log.error({ events }, 'events were not delivered for 7 days, and are dropped')
    const mails = await store.mails.drop(now() - maxMailAgeMs)
    if (mails > 0) log.error({ mails }, 'mails were not sent for two days, and are dropped')
    await store.auditEvents.purge(now() - config.auditRetentionMs)
    await store.purgeOwn(now())
  } catch (error) {
    if (isAccepting()) log.error({ err: error }, 'cannot delete expired data')
  }
}

/**
 * An ended or idle session is kept while its access tokens or a repeated refresh may still arrive: the response then says that the
 * session has ended. Nothing else needs the row: later, all its tokens are rejected as unknown, and the audit trail has its own.
 */
function endedSessionsMs({ accessTokenSeconds, refreshGraceMs }: Config): number {
  return Math.max((accessTokenSeconds + 60) * 1000, refreshGraceMs)
}
