/** A mutex: each piece of work starts when the previous one has settled, or, with a timeout, no longer waits for it. */

/** Not reentrant: work that waits for its own lock never ends. */
export type RunExclusive = <T>(work: () => Promise<T>) => Promise<T>

export function createMutex(): RunExclusive {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const done = last.then(work)
    last = done.catch(() => {})
    return done
  }
}

/** In milliseconds: longer than a working server takes to respond. */
const defaultTimeout = 30_000

/** Releases the lock after the timeout at the latest: others wait for it. Resolves to the result of the work, even if that comes later. */
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
