/** Logs an outage of the database: one error when it begins, and one line when it is over. The lines of its requests are warnings: `LOG_LEVEL=error` hides them. */
import type { Services } from '../services.ts'
import { StoreUnavailable } from '../store/errors.ts'
import { reasonOf } from '../telemetry/log.ts'

/** An outage is over when the database responds and no request has failed for this time: writes may hang while reads are served. */
const minQuietMs = 5_000
const checkMs = 1_000

/** Returns a function for every error of a request. */
export function outageLog({
  log,
  store,
  isAccepting,
}: Pick<Services, 'log' | 'isAccepting'> & {
  readonly store: Pick<Services['store'], 'ping' | 'host'>
}): (error: unknown) => void {
  let isOutage = false
  let lastFailure = 0

  async function logEnd(begin: number): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, checkMs).unref())
      if (!isAccepting()) return
      if (performance.now() - lastFailure >= minQuietMs && (await isAvailable())) break
    }
    isOutage = false
    const seconds = Math.round((lastFailure - begin) / 1000)
    log.info({ seconds, host: store.host() }, 'the database is available again')
  }

  const isAvailable = () =>
    store.ping().then(
      () => true,
      () => false,
    )

  return function reportOutage(error) {
    if (!(error instanceof StoreUnavailable)) return
    lastFailure = performance.now()
    if (isOutage) return
    isOutage = true
    log.error({ cause: reasonOf(error.cause) }, 'the database is unavailable')
    void logEnd(lastFailure)
  }
}
