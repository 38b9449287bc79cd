/** The refusal for an exhausted budget: 429 until its window ends (RFC 6585 §4). */

import type { About, Audit, AuditKind } from '../audit/audit.ts'
import { HttpError } from '../http-error.ts'
import type { Attempts, Count } from '../store/attempts.ts'
import type { UnixMs } from '../store/schema.ts'
import type { Metrics } from '../telemetry/metrics.ts'

/** RFC 6749 has no code for 429. */
export class BudgetExhausted extends HttpError<
  429,
  'temporarily_unavailable',
  { readonly 'Retry-After': number }
> {
  constructor(message: string, until: UnixMs, now: UnixMs) {
    super(429, 'temporarily_unavailable', message, {
      headers: { 'Retry-After': Math.max(1, Math.ceil((until - now) / 1000)) },
    })
  }
}

export interface RecordExhaustedOptions {
  readonly attempts: Pick<Attempts, 'report' | 'shorten'>
  readonly audit: Audit
  readonly windowMs: number
  readonly now: () => UnixMs
  readonly metrics: Metrics | undefined
}

/** Counts the refusal and returns it. Records the first one of a window in the audit trail. */
export async function recordExhausted(
  { attempts, audit, windowMs, now, metrics }: RecordExhaustedOptions,
  { key, expiresAt, isReported }: Count,
  { kind, about, message }: { kind: AuditKind; about: About; message: string },
): Promise<BudgetExhausted> {
  metrics?.countThrottle()
  // A window that ends later than one that begins now comes from a wrong clock.
  const latestEnd = now() + windowMs
  if (expiresAt > latestEnd) await attempts.shorten(key, latestEnd)
  if (!isReported) await attempts.report(key, audit.event(kind, about))
  return new BudgetExhausted(message, Math.min(expiresAt, latestEnd), now())
}
