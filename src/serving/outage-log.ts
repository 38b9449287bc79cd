/** Logs an outage of the database: one error when it begins, and one line when it is over. The lines of its requests are warnings: `LOG_LEVEL=error` hides them. */
import type { Services } from '../services.ts'
import { StoreUnavailable } from '../store/errors.ts'
import { reasonOf } from '../telemetry/log.ts'

/** An outage is over when the database responds and no request has failed for this time: writes may hang while reads are served. */
const minQuietMs = 5_000
const checkMs = 1_000

interface Outage {
  readonly begin: number
  lastFailure: number
}

/** Returns a function for every error of a request. */
export function outageLog({
  log,
  store,
  isAccepting,
}: Pick<Services, 'log' | 'isAccepting'> & {
  readonly store: Pick<Services['store'], 'ping' | 'host'>
}): (error: unknown) => void {
  let current: Outage | undefined

  async function logEnd(outage: Outage): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, checkMs).unref())
      if (!isAccepting()) return
      if (performance.now() - outage.lastFailure >= minQuietMs && (await isAvailable())) break
    }
    current = undefined
    const seconds = Math.round((outage.lastFailure - outage.begin) / 1000)
    log.info({ seconds, host: store.host() }, 'the database is available again')
  }

  const isAvailable = () =>
    store.ping().then(
      () => true,
      () => false,
    )

  return function reportOutage(error) {
    if (!(error instanceof StoreUnavailable)) return
    if (current) {
      current.lastFailure = performance.now()
      return
    }
    log.error({ cause: reasonOf(error.cause) }, 'the database is unavailable')
    current = { begin: performance.now(), lastFailure: performance.now() }
    void logEnd(current)
  }
}
