/** Delivers audit events to the code that listens to them: each at least once, again after a failure, until it is seven days old. */
import { setTimeout as pause } from 'node:timers/promises'
import { eventBody } from '../audit/event-body.ts'
import type { Services } from '../services.ts'
import type { AuditEventRow } from '../store/audit-events.ts'
import type { Message } from '../store/outbox.ts'
import type { UnixMs } from '../store/schema.ts'
import { startDeliveries } from './delivery-loop.ts'

/** A listener that takes longer has failed, and another server may take the event. */
const leaseMs = 30_000
/** Few: each may use a connection to the database, which requests share. */
const maxConcurrent = 5
const maxRetryMs = 3_600_000
export const maxAgeMs = 7 * 86_400_000

/** The pause after a failure: 2 s, 4 s, 8 s, …, an hour. */
const retryMs = (attempts: number) => Math.min(1_000 * 2 ** attempts, maxRetryMs)

/** Starts the delivery, if the product listens. Returns a function that stops it. */
export function startEventDelivery(services: Services): () => Promise<void> {
  const { product, metrics, now, log, store } = services
  const { onEvent } = product
  if (!onEvent) return async () => {}
  const { outbox } = store
  let oldestAt: UnixMs | undefined
  metrics?.watchOutbox(() => (oldestAt === undefined ? 0 : Math.max(0, now() - oldestAt) / 1000))

  async function deliver(message: Message<AuditEventRow>): Promise<void> {
    const { messageId, content: event, attempts } = message
    try {
      await withDeadline(onEvent?.(eventBody(event), services))
    } catch (error) {
      log.warn({ err: error, kind: event.kind, attempts }, 'an event was not delivered')
      return await outbox.retry(messageId, now() + retryMs(attempts))
    }
    await outbox.remove(messageId)
  }

  return startDeliveries(services, {
    what: 'events',
    outbox,
    take: outbox.take,
    leaseMs,
    limit: () => maxConcurrent,
    deliver,
    onState: (state) => {
      oldestAt = state.oldestAt
    },
  })
}

/** Rejects if the listener takes longer than the lease. */
async function withDeadline(delivered: Promise<void> | undefined): Promise<void> {
  const done = new AbortController()
  const late = pause(leaseMs, undefined, { signal: done.signal, ref: false }).then(() => {
    throw new Error(`the listener took longer than ${leaseMs / 1000} seconds`)
  })
  late.catch(() => {})
  try {
    await Promise.race([delivered, late])
  } finally {
    done.abort()
  }
}
