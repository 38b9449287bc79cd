/** Work under a lock that other clients wait for: it is given back when the work has ended, or has taken too long. */
import type { InTurn } from './one-at-a-time.ts'

/** In milliseconds: longer than a server takes that answers. */
const halfAMinute = 30_000

/** What the work comes to, however late. */
export function underLock<T>(lock: InTurn, work: () => Promise<T>, most = halfAMinute): Promise<T> {
  return new Promise((resolve, reject) => {
    const held = (): Promise<void> => {
      const done = work()
      resolve(done)
      return ended(done, most)
    }
    lock(held).catch(reject)
  })
}

function ended(work: Promise<unknown>, most: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, most)
    const end = () => {
      clearTimeout(timer)
      resolve()
    }
    work.then(end, end)
  })
}
