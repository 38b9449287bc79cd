/** Takes the messages of an outbox that are due, a few at a time, until it is stopped. A delivery that takes long holds up no other. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Services } from '../services.ts'
import type { Message, Outbox } from '../store/outbox.ts'

const pollMs = 1_000
/** How long a stop waits for deliveries. */
const maxStopMs = 5_000

export interface Delivery<Content> {
  /** For the log: `events`. */
  readonly what: string
  readonly outbox: Pick<Outbox<Content>, 'state'>
  readonly take: Outbox<Content>['take']
  /** After this time another server may take the message. */
  readonly leaseMs: number
  /** How many messages may be in delivery now. */
  readonly limit: () => number
  /** Removes the message or makes it due later. Rejects if the store does. */
  readonly deliver: (message: Message<Content>) => Promise<void>
  /** Called once a second. */
  readonly onState: (state: Awaited<ReturnType<Outbox<Content>['state']>>) => void | Promise<void>
}

/** Returns a function that stops the deliveries. */
export function startDeliveries<Content>(
  { now, log }: Pick<Services, 'now' | 'log'>,
  { what, outbox, leaseMs, take, limit, deliver, onState }: Delivery<Content>,
): () => Promise<void> {
  const inDelivery = new Set<Promise<void>>()
  let isStopped = false
  let isFailing = false
  let [isDue, stateAt] = [false, 0]
  let hasEnded = Promise.withResolvers<void>()

  const report = (error: unknown) => {
    // Once: an outage of the store has a line of its own.
    if (!isFailing) log.error({ err: error }, `${what} cannot be delivered`)
    isFailing = true
  }

  function start(message: Message<Content>): void {
    const delivery = deliver(message)
      .catch(report)
      .finally(() => {
        inDelivery.delete(delivery)
        hasEnded.resolve()
      })
    inDelivery.add(delivery)
  }

  async function startDue(): Promise<void> {
    // Not before each message: with PostgreSQL, it reads what was deleted during a long backup.
    if (performance.now() >= stateAt) {
      const state = await outbox.state(now()).finally(() => {
        stateAt = performance.now() + pollMs
      })
      isDue = state.isDue
      await onState(state)
    }
    const free = limit() - inDelivery.size
    if (isStopped || !isDue || free <= 0) return
    const taken = await take(now(), now() + leaseMs, free)
    isDue = taken.length === free
    for (const message of taken) start(message)
  }

  async function run(): Promise<void> {
    while (!isStopped) {
      hasEnded = Promise.withResolvers()
      try {
        await startDue()
        isFailing = false
      } catch (error) {
        report(error)
      }
      await atMost(Math.max(0, stateAt - performance.now()), hasEnded.promise)
    }
    await Promise.all(inDelivery)
  }

  const running = run()
  return async () => {
    isStopped = true
    hasEnded.resolve()
    await atMost(maxStopMs, running)
  }
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  const done = new AbortController()
  const late = pause(ms, undefined, { signal: done.signal, ref: false }).catch(() => {})
  await Promise.race([work, late])
  done.abort()
}
