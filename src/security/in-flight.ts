/** What is under way in this process, by key, and a queue of those that wait for room: one looks at a time, first come, first served. */
import { setTimeout } from 'node:timers/promises'

export interface InFlight {
  /** Until it is disposed of, once. */
  begin(keys: readonly string[]): Disposable
  has(key: string): boolean
  /**
   * True when one with this key has ended, or who looked before has said `next`: there may be room. Whoever found none
   * `again` waits before all others. False when the signal says that he waits no more. False at once where none is under way, or as
   * many wait as may and he is new.
   */
  turn(key: string, again: boolean, signal?: AbortSignal): Promise<boolean>
  /** True after a moment, where what is under way is so elsewhere. False at once where as many wait as may. */
  moment(signal?: AbortSignal): Promise<boolean>
  /** To be said by whoever had a turn, when he will wait no more. */
  next(key: string): void
}

const momentMs = 50

interface Underway {
  count: number
  readonly waiting: ((isTurn: boolean) => void)[]
}

/** `most` may wait, for all keys together. */
export function createInFlight(most: number): InFlight {
  const underway = new Map<string, Underway>()
  let waiting = 0

  const next = (key: string) => {
    const those = underway.get(key)
    those?.waiting.shift()?.(true)
    if (those?.count === 0 && those.waiting.length === 0) underway.delete(key)
  }

  return {
    begin(keys) {
      for (const key of keys) {
        const those = underway.get(key) ?? { count: 0, waiting: [] }
        those.count += 1
        underway.set(key, those)
      }
      return {
        [Symbol.dispose]: () => {
          for (const key of keys) {
            const those = underway.get(key)
            if (those) those.count -= 1
            next(key)
          }
        },
      }
    },

    has: (key) => (underway.get(key)?.count ?? 0) > 0,

    async turn(key, again, signal) {
      const those = underway.get(key)
      if (!those?.count || signal?.aborted || (waiting >= most && !again)) return false
      waiting += 1
      const isTurn = await new Promise<boolean>((come) => {
        if (again) those.waiting.unshift(come)
        else those.waiting.push(come)
        signal?.addEventListener('abort', () => {
          const place = those.waiting.indexOf(come)
          if (place >= 0) those.waiting.splice(place, 1)
          come(false)
        })
      })
      waiting -= 1
      return isTurn
    },

    async moment(signal) {
      if (waiting >= most) return false
      waiting += 1
      // Whoever hangs up ends it: that is no failure.
      await setTimeout(momentMs, undefined, { signal }).catch(() => undefined)
      waiting -= 1
      return true
    },

    next,
  }
}
