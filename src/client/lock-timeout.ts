/** Work under a lock that is released when the work has settled, or after a timeout: other clients wait for the lock. */
import type { RunExclusive } from './mutex.ts'

/** In milliseconds: longer than a working server takes to respond. */
const defaultTimeout = 30_000

/** Resolves to the result of the work, even if the lock was released before. */
export function withLockTimeout<T>(
  lock: RunExclusive,
  work: () => Promise<T>,
  timeout = defaultTimeout,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const locked = (): Promise<void> => {
      const done = work()
      resolve(done)
      return settledOrTimeout(done, timeout)
    }
    lock(locked).catch(reject)
  })
}

function settledOrTimeout(work: Promise<unknown>, timeout: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, timeout)
    const end = () => {
      clearTimeout(timer)
      resolve()
    }
    work.then(end, end)
  })
}
