/** What is under way in this process, by key, and a queue of those that wait for room: one looks at a time, first come, first served. */
import { setTimeout } from 'node:timers/promises'

export interface InFlight {
  /** Until it is disposed of, once. */
  begin(keys: readonly string[]): Disposable
  /** For one who looks for room, and waits where he finds none. To be disposed of when he looks no more: the next one looks then. */
  place(signal?: AbortSignal): Place
}

export interface Place extends Disposable {
  /**
   * To be asked whenever a look has found no room for this key. True when it is time to look again: one has ended, or who
   * looked before will look no more. What is under way elsewhere is looked for now and then. False when the signal says that he
   * waits no more, at once where as many wait as may, and where he has waited for those elsewhere as long as one does.
   */
  wait(key: string): Promise<boolean>
}

/** For how long those that another process has under way are waited for, in milliseconds. */
const elsewhereMs = 10_000
/** So much longer than the last one is each wait for those elsewhere, in milliseconds. */
const momentMs = 50

interface Underway {
  count: number
  readonly waiting: ((isTurn: boolean) => void)[]
}

/** `most` may wait, for all keys together. `now` is in milliseconds. */
export function createInFlight(most: number, now: () => number): InFlight {
  const underway = new Map<string, Underway>()
  let waiting = 0

  const next = (key: string) => {
    const those = underway.get(key)
    those?.waiting.shift()?.(true)
    if (those?.count === 0 && those.waiting.length === 0) underway.delete(key)
  }

  const end = (key: string) => {
    const those = underway.get(key)
    if (those) those.count -= 1
    next(key)
  }

  /** True when it is his turn. Whoever has had one already waits before all others. */
  const turn = async ({ waiting: line }: Underway, isAgain: boolean, signal?: AbortSignal) => {
    waiting += 1
    const isTurn = await new Promise<boolean>((come) => {
      if (isAgain) line.unshift(come)
      else line.push(come)
      signal?.addEventListener('abort', () => {
        const at = line.indexOf(come)
        if (at >= 0) line.splice(at, 1)
        come(false)
      })
    })
    waiting -= 1
    return isTurn
  }

  const moment = async (ms: number, signal?: AbortSignal) => {
    waiting += 1
    // Whoever hangs up ends it: that is no failure.
    await setTimeout(ms, undefined, { signal }).catch(() => undefined)
    waiting -= 1
  }

  return {
    begin(keys) {
      for (const key of keys) {
        const those = underway.get(key) ?? { count: 0, waiting: [] }
        those.count += 1
        underway.set(key, those)
      }
      return { [Symbol.dispose]: () => keys.forEach(end) }
    },

    place(signal) {
      /** The key whose line stands still until he has looked. */
      let turnOf: string | undefined
      let elsewhere = { since: now(), looks: 0 }

      const leave = () => {
        if (turnOf !== undefined) next(turnOf)
        turnOf = undefined
      }

      return {
        async wait(key) {
          if (turnOf !== key) leave()
          const isAgain = turnOf === key
          if (signal?.aborted || (waiting >= most && !isAgain)) return false
          const those = underway.get(key)
          if (those?.count) {
            const isTurn = await turn(those, isAgain, signal)
            turnOf = isTurn ? key : undefined
            elsewhere = { since: now(), looks: 0 }
            return isTurn
          }
          if (now() - elsewhere.since >= elsewhereMs) return false
          elsewhere.looks += 1
          await moment(momentMs * elsewhere.looks, signal)
          return !signal?.aborted
        },
        [Symbol.dispose]: leave,
      }
    },
  }
}
