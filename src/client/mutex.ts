/** A mutex: each piece of work starts when the previous one has settled. */

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
