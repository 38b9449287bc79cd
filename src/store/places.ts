/** A fixed number of places, of which writes hold at most `maxWrites`: who finds none waits in order of arrival, and not for ever. */
import { StoreUnavailable } from './errors.ts'

export type Use = 'read' | 'write'

export interface Places {
  /** Resolves to the function that gives the place back, which may be called more than once. Throws a `StoreUnavailable` after `waitMs`. */
  take(use: Use): Promise<() => void>
  /** Takes a place if it is free now. */
  takeFree(use: Use): (() => void) | undefined
}

interface Waiting {
  readonly arrival: number
  admit(): void
}

export function createPlaces(max: number, maxWrites: number, waitMs: number): Places {
  const taken = { read: 0, write: 0 }
  const waiting = { read: new Set<Waiting>(), write: new Set<Waiting>() }
  let arrivals = 0

  const isFree = (use: Use) =>
    taken.read + taken.write < max && (use === 'read' || taken.write < maxWrites)

  function enter(use: Use): () => void {
    taken[use] += 1
    let isTaken = true
    return () => {
      if (!isTaken) return
      isTaken = false
      taken[use] -= 1
      admitNext()
    }
  }

  function admitNext(): void {
    const [read, write] = [first(waiting.read), isFree('write') ? first(waiting.write) : undefined]
    const next = read && write ? (read.arrival < write.arrival ? read : write) : (read ?? write)
    if (next && isFree('read')) next.admit()
  }

  const takeFree = (use: Use) => (isFree(use) && waiting[use].size === 0 ? enter(use) : undefined)

  return {
    takeFree,
    async take(use) {
      const free = takeFree(use)
      if (free) return free
      return await new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting[use].delete(own)
          reject(new StoreUnavailable(new Error(`no connection was free within ${waitMs} ms`)))
        }, waitMs)
        const own: Waiting = {
          arrival: arrivals,
          admit() {
            clearTimeout(timer)
            waiting[use].delete(own)
            resolve(enter(use))
          },
        }
        arrivals += 1
        waiting[use].add(own)
      })
    },
  }
}

function first(waiting: ReadonlySet<Waiting>): Waiting | undefined {
  return waiting.values().next().value
}
