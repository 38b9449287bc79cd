/** Bounds what is buffered for clients that do not read their responses, in bytes and in time. */
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** For all connections together; the kernel buffers more for each. The largest response has about 1 MB. */
const maxUnreadBytes = 32 * 2 ** 20

/** Also for a client that reads a byte now and then, which Node's timeout treats as active. */
const readTimeoutMs = 60_000

/** Watches a response. The connection is closed if its client does not read in time, or, oldest first, if too much is unread. */
export type WatchResponse = (res: ServerResponse) => void

export function unreadResponses(
  onClosed: () => void = () => {},
  maxBytes = maxUnreadBytes,
): WatchResponse {
  const unread = new Set<Socket>()

  function close(socket: Socket): void {
    unread.delete(socket)
    socket.destroy()
    onClosed()
  }

  function keepLimit(): void {
    let bytes = [...unread].reduce((sum, { writableLength }) => sum + writableLength, 0)
    for (const socket of unread) {
      if (bytes <= maxBytes) return
      bytes -= socket.writableLength
      close(socket)
    }
  }

  return function watchResponse(res) {
    const { socket } = res.req
    // The response is complete, and as much of it as the kernel takes is written.
    res.once('prefinish', () => {
      if (socket.writableLength === 0) return
      unread.add(socket)
      const timeout = setTimeout(close, readTimeoutMs, socket)
      res.once('close', () => {
        clearTimeout(timeout)
        unread.delete(socket)
      })
      keepLimit()
    })
  }
}
