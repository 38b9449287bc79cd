/** What is under way in this process, by key, and a place to wait for the end of one such: first come, first served. */

export interface InFlight {
  /** Until it is disposed of. */
  begin(keys: readonly string[]): Disposable
  /**
   * True when one with this key has ended, or all have: there may be room for another. False at once where none is under way,
   * or as many wait as may.
   */
  oneEnds(key: string): Promise<boolean>
  has(key: string): boolean
}

interface Underway {
  count: number
  readonly waiting: (() => void)[]
}

/** `most` may wait, for all keys together. */
export function createInFlight(most: number): InFlight {
  const underway = new Map<string, Underway>()
  let waiting = 0

  const end = (key: string) => {
    const those = underway.get(key)
    if (!those) return
    those.count -= 1
    if (those.count > 0) return those.waiting.shift()?.()
    underway.delete(key)
    // Whoever comes last may have been woken for nothing: nobody is left who would wake the others.
    for (const wake of those.waiting) wake()
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
          for (const key of keys) end(key)
        },
      }
    },

    async oneEnds(key) {
      const those = underway.get(key)
      if (!those || waiting >= most) return false
      waiting += 1
      await new Promise<void>((wake) => {
        those.waiting.push(wake)
      })
      waiting -= 1
      return true
    },

    has: (key) => underway.has(key),
  }
}
