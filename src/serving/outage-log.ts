/** Logs an outage of the database once, as an error. The lines of its requests are warnings: `LOG_LEVEL=error` hides them. */
import { StoreUnavailable } from '../store/errors.ts'
import type { UnixMs } from '../store/schema.ts'
import { type Log, reasonOf } from '../telemetry/log.ts'

/** After this time without a failure, the next failure is another outage. */
const minQuietMs = 60_000

/** Returns a function for every error of a request. */
export function outageLog(log: Log, now: () => UnixMs): (error: unknown) => void {
  let lastFailureAt = Number.NEGATIVE_INFINITY
  return function reportOutage(error) {
    if (!(error instanceof StoreUnavailable)) return
    if (now() - lastFailureAt >= minQuietMs)
      log.error({ cause: reasonOf(error.cause) }, 'the database is unavailable')
    lastFailureAt = now()
  }
}
