/** What is under way in this process, by key, and a line of those that wait for room: one looks at a time, first come, first served. */

export interface InFlight {
  /** Until it is disposed of, once. */
  begin(keys: readonly string[]): Disposable
  /** For one who looks for room, and waits where he finds none. To be disposed of when he looks no more: the next one looks then. */
  place(signal?: AbortSignal): Place
}

export interface Place extends Disposable {
  /**
   * To be asked whenever a look has found no room for this key; `sign` is another whenever one has begun elsewhere since.
   * True when it is his turn to look again: one has ended, or who looked before will look no more, or what is under way may be so
   * elsewhere and a moment has passed. False when the signal says that he waits no more, at once where as many wait as may,
   * and where none has ended here or begun elsewhere for ten seconds.
   */
  wait(key: string, sign: number): Promise<boolean>
}

/** For how long those that another process has under way are waited for without a sign of it, in milliseconds. */
const elsewhereMs = 10_000
/** So much longer than the last one is each moment between two looks for those elsewhere, in milliseconds. */
const momentMs = 50

type Come = (isTurn: boolean) => void

/** Where somebody waits, one is under way, or has his turn, or a timer runs. */
interface Line {
  underway: number
  turns: number
  readonly waiting: Come[]
  timer?: NodeJS.Timeout | undefined
  sign?: number
  /** When the last one ended here or began elsewhere, in milliseconds, and how often those elsewhere were looked for since. */
  since: number
  looks: number
}

/** `most` may wait, for all keys together. `now` is in milliseconds. */
export function createInFlight(most: number, now: () => number): InFlight {
  const lines = new Map<string, Line>()
  let places = 0

  const lineOf = (key: string): Line => {
    const line = lines.get(key) ?? { underway: 0, turns: 0, waiting: [], since: now(), looks: 0 }
    lines.set(key, line)
    return line
  }

  const beginAnew = (line: Line) => {
    line.since = now()
    line.looks = 0
  }

  const callNext = (line: Line) => {
    const come = line.waiting.shift()
    if (!come) return
    line.turns += 1
    come(true)
  }

  /** For those elsewhere nobody calls. */
  const watch = (line: Line) => {
    if (line.underway > 0 || line.turns > 0 || line.timer) return
    if (now() - line.since >= elsewhereMs) {
      for (const come of line.waiting.splice(0)) come(false)
      return
    }
    line.looks += 1
    line.timer = setTimeout(() => {
      line.timer = undefined
      if (line.underway === 0 && line.turns === 0) callNext(line)
    }, momentMs * line.looks)
  }

  const forgetEmpty = (key: string) => {
    const { underway, turns, waiting } = lineOf(key)
    if (underway === 0 && turns === 0 && waiting.length === 0) lines.delete(key)
  }

  const end = (key: string) => {
    const line = lineOf(key)
    line.underway -= 1
    beginAnew(line)
    callNext(line)
    forgetEmpty(key)
  }

  return {
    begin(keys) {
      for (const key of keys) lineOf(key).underway += 1
      return { [Symbol.dispose]: () => keys.forEach(end) }
    },

    place(signal) {
      let hasPlace = false
      let turnOf: string | undefined
      let giveUp = () => {}
      signal?.addEventListener('abort', () => giveUp(), { once: true })

      const pass = () => {
        if (turnOf === undefined) return
        const line = lineOf(turnOf)
        line.turns -= 1
        callNext(line)
        forgetEmpty(turnOf)
        turnOf = undefined
      }

      return {
        async wait(key, sign) {
          if (turnOf !== key) pass()
          if (signal?.aborted || (!hasPlace && places >= most)) return false
          if (!hasPlace) places += 1
          hasPlace = true
          const line = lineOf(key)
          if (line.sign !== sign) beginAnew(line)
          line.sign = sign
          const turn = new Promise<boolean>((come) => {
            giveUp = () => {
              const at = line.waiting.indexOf(come)
              if (at >= 0) line.waiting.splice(at, 1)
              come(false)
            }
            // Whoever had his turn and found no room is first again.
            if (turnOf === key) line.waiting.unshift(come)
            else line.waiting.push(come)
          })
          if (turnOf === key) line.turns -= 1
          watch(line)
          const isTurn = await turn
          turnOf = isTurn ? key : undefined
          if (!isTurn) forgetEmpty(key)
          return isTurn
        },
        [Symbol.dispose]() {
          pass()
          if (hasPlace) places -= 1
          hasPlace = false
        },
      }
    },
  }
}
