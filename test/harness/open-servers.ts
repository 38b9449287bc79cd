/** The servers that a file of tests has started and not stopped: after a failed test they would stay in the process. */

const open = new Set<() => Promise<unknown>>()

/** Notes an open server. Returns the `stop` that also removes the note. */
export function opened(stop: () => Promise<void>): () => Promise<void> {
  const stopAndForget = async () => {
    open.delete(stopAndForget)
    await stop()
  }
  open.add(stopAndForget)
  return stopAndForget
}

export async function stopOpenServers(): Promise<void> {
  await Promise.allSettled([...open].map((stop) => stop()))
}
