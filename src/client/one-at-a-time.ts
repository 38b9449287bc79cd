/** Work that must not overlap: each piece begins when the one before has ended, well or badly. */

/** Work that waits for its own successor waits for ever. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>

export function oneAtATime(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const done = last.then(work)
    last = done.catch(() => {})
    return done
  }
}
