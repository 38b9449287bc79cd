/** A fixed number of places, of which writes hold at most `maxWrites`: who finds none waits in order of arrival, and not for ever. */
import { StoreUnavailable } from './errors.ts'

export type Use = 'read' | 'write'

export type Places = ReturnType<typeof createPlaces>

interface Waiting {
  readonly use: Use
  admit(): void
}

export function createPlaces(max: number, maxWrites: number, waitMs: number) {
  const taken = { read: 0, write: 0 }
  const waiting = new Set<Waiting>()

  const isFree = (use: Use) =>
    taken.read + taken.write < max && (use === 'read' || taken.write < maxWrites)

  function enter(use: Use): () => void {
    taken[use] += 1
    return () => {
      taken[use] -= 1
      waiting
        .values()
        .find((each) => isFree(each.use))
        ?.admit()
    }
  }

  return {
    /** Takes a place if it is free now. */
    takeFree: (use: Use) => (isFree(use) ? enter(use) : undefined),
    /** Resolves to the function that gives the place back. Throws a `StoreUnavailable` after `waitMs`. */
    async take(use: Use): Promise<() => void> {
      if (isFree(use)) return enter(use)
      return await new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(own)
          reject(new StoreUnavailable(new Error(`no connection was free within ${waitMs} ms`)))
        }, waitMs)
        const own: Waiting = {
          use,
          admit() {
            clearTimeout(timer)
            waiting.delete(own)
            resolve(enter(use))
          },
        }
        waiting.add(own)
      })
    },
  }
}
