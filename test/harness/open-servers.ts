/** The servers that a file of tests has started and not stopped: after a failed test they would stay in the process. */

const open = new Set<() => Promise<unknown>>()

/** Returns the `stop` that forgets the server again. */
export function opened(stop: () => Promise<void>): () => Promise<void> {
  const once = async () => {
    open.delete(once)
    await stop()
  }
  open.add(once)
  return once
}

export async function stopOpenServers(): Promise<void> {
  await Promise.allSettled([...open].map((stop) => stop()))
}
