/** Tells the log when the store goes away, and why, and when it is back: not once a request, and without a timer. */
import type { RequestHandler } from 'express'
import type { Services } from '../services.ts'
import type { Store } from '../store/store.ts'
import type { StoreUnavailable } from '../store/unavailable.ts'
import { reasonOf } from '../telemetry/log.ts'

/** How often the log says that it is away, in milliseconds. */
const pauseMs = 60_000

export interface StoreWatch {
  /** A request was refused for it. */
  refused(refusal: StoreUnavailable): void
  /** While the store is away, each request that comes has it asked again, and waits for nothing. */
  readonly ask: RequestHandler
}

interface Watched extends Pick<Services, 'log' | 'now'> {
  readonly store: Pick<Store, 'ping'>
}

export function watchStore({ store, log, now }: Watched): StoreWatch {
  let toldAt = Number.NEGATIVE_INFINITY
  let isAway = false
  let isAsked = false

  async function askAgain(): Promise<void> {
    isAsked = true
    try {
      await store.ping()
      isAway = false
      log.info('the store can be used again')
    } catch {
      // The next request asks again.
    } finally {
      isAsked = false
    }
  }

  return {
    refused({ cause }) {
      // A clock may be set back.
      if (Math.abs(now() - toldAt) < pauseMs) return
      toldAt = now()
      isAway = true
      log.error({ cause: reasonOf(cause) }, 'the store cannot be used')
    },
    ask(_req, _res, next) {
      if (isAway && !isAsked) void askAgain()
      next()
    },
  }
}
