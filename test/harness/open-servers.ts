/** Stops the servers that a failed test has left running. */

const open = new Set<() => Promise<unknown>>()

/** Registers a running server. Returns a `stop` that also unregisters it. */
export function registerServer(stop: () => Promise<void>): () => Promise<void> {
  const stopServer = async () => {
    open.delete(stopServer)
    await stop()
  }
  open.add(stopServer)
  return stopServer
}

export async function stopOpenServers(): Promise<void> {
  await Promise.allSettled([...open].map((stop) => stop()))
}
