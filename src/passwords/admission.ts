/**
 * Admits logins to the hashing threads: in the order of a fair queue of limited length, and none after more than a limited wait.
 *
 * A login that is expected to wait longer is refused at once. If the queue is full, a login of a smaller share takes the place of the
 * newest one of the largest share.
 */
import { Unavailable } from '../http-error.ts'
import { createFairQueue, type Share } from './fair-queue.ts'

export class TooManyWaiting extends Unavailable {
  constructor(retryAfter: number) {
    super('Too many logins are waiting', retryAfter)
  }
}

export interface AdmitOptions {
  readonly share?: Share | undefined
  /** Aborting it removes a waiting login from the queue. */
  readonly signal?: AbortSignal | undefined
  /** Called once if no thread is free and the queue may have room. Says whether the login is known. Its errors are thrown to the caller. */
  readonly beforeWaiting?: (() => Promise<Pick<Share, 'isKnown'>>) | undefined
}

interface AdmissionOptions {
  /** The number of threads that may be used now. */
  readonly maxAdmitted: () => number
  /** The maximum number of admitted and waiting logins together. */
  readonly maxTotal: number
  readonly maxWaitMs: number
  /** Called for each login that is refused. */
  readonly onRefusal?: (() => void) | undefined
  /** In milliseconds; never set back. */
  readonly clock?: () => number
}

interface Waiting {
  readonly share: Share
  readonly turn: PromiseWithResolvers<void>
  readonly timer: NodeJS.Timeout
}

/** Of what the server does for itself. */
const ownShare: Share = { isKnown: false, network: '', name: '' }

export function createAdmission({
  maxAdmitted,
  maxTotal,
  maxWaitMs,
  onRefusal,
  clock = () => performance.now(),
}: AdmissionOptions) {
  const queue = createFairQueue<Waiting>()
  let admitted = 0
  /** The mean time for which a thread is held, lately. */
  let meanHoldMs = 0
  /** When the waiting logins were rejected. What was admitted before waited for something else than hashing, and does not count. */
  let rejectedAt = Number.NEGATIVE_INFINITY
  let releases = 0
  let drained = () => {}

  /** Resolves when a thread is free; disposal releases it. Throws a `TooManyWaiting`, and the signal's reason. */
  async function admit(options: AdmitOptions = {}): Promise<Disposable> {
    const { share = ownShare, signal, beforeWaiting } = options
    signal?.throwIfAborted()
    let { isKnown } = share
    if (mustWait()) {
      // What would be refused in any case is not read.
      if (!hasPlace({ ...share, isKnown: true }) && !hasPlace(share)) throw refusal(share)
      if (beforeWaiting) isKnown = (await beforeWaiting()).isKnown
      signal?.throwIfAborted()
    }
    await turnOf({ ...share, isKnown }, signal)
    const startedAt = clock()
    return { [Symbol.dispose]: () => release(startedAt) }
  }

  function mustWait(): boolean {
    return queue.size() > 0 || admitted >= maxAdmitted()
  }

  async function turnOf(share: Share, signal: AbortSignal | undefined): Promise<void> {
    if (mustWait()) makePlace(share)
    const turn = Promise.withResolvers<void>()
    const timer = setTimeout(() => leave(waiting, refusal(share)), maxWaitMs)
    const waiting = { share, turn, timer }
    signal?.addEventListener('abort', () => leave(waiting, signal.reason))
    queue.add(share, waiting)
    admitNext()
    await turn.promise
  }

  function hasPlace(share: Share): boolean {
    return !isTooLate(share) && (hasRoom() || queue.displacedBy(share) !== undefined)
  }

  function makePlace(share: Share): void {
    if (isTooLate(share)) throw refusal(share)
    if (hasRoom()) return
    const displaced = queue.displacedBy(share)
    if (!displaced) throw refusal(share)
    leave(displaced, refusal(displaced.share))
  }

  function hasRoom(): boolean {
    return admitted + queue.size() < maxTotal
  }

  function isTooLate(share: Share): boolean {
    return expectedWaitMs(share) > maxWaitMs
  }

  function expectedWaitMs(share: Share): number {
    return (queue.placeOf(share) * meanHoldMs) / maxAdmitted()
  }

  /** With the time until all that is now before this share is done. */
  function refusal(share: Share): TooManyWaiting {
    onRefusal?.()
    const seconds = Math.ceil(expectedWaitMs(share) / 1000)
    return new TooManyWaiting(Math.max(1, seconds))
  }

  function leave(waiting: Waiting, reason: unknown): void {
    clearTimeout(waiting.timer)
    if (queue.remove(waiting)) waiting.turn.reject(reason)
  }

  function admitNext(): void {
    while (admitted < maxAdmitted()) {
      const next = queue.take()
      if (!next) return
      clearTimeout(next.timer)
      admitted += 1
      next.turn.resolve()
    }
  }

  function release(startedAt: number): void {
    if (startedAt > rejectedAt) count(clock() - startedAt)
    admitted -= 1
    admitNext()
    if (admitted === 0) drained()
  }

  function count(heldMs: number): void {
    // At most the longest wait: one that the database delayed for a minute must not refuse the next ones.
    const held = Math.min(heldMs, maxWaitMs)
    releases += 1
    meanHoldMs += (held - meanHoldMs) / Math.min(releases, 10)
  }

  return {
    admit,
    waiting: queue.size,
    /** Rejects all waiting logins with this error. */
    rejectWaiting(error: Error): void {
      rejectedAt = clock()
      for (let next = queue.take(); next; next = queue.take()) {
        clearTimeout(next.timer)
        next.turn.reject(error)
      }
    },
    /** Resolves when all admitted and waiting logins are done. */
    async whenIdle(): Promise<void> {
      if (admitted === 0) return
      await new Promise<void>((done) => {
        drained = done
      })
    },
  }
}
