/** Lets a client that asks first (`Expect: 100-continue`, RFC 9110 §10.1.1) send its body after the security check. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'

/** The requests whose clients wait, and whether their connections stay open. */
const waiting = new WeakMap<IncomingMessage, boolean>()

/**
 * Node tells each such client to continue before any check. With this, `serve` does when it is about to read the body, or passes the
 * request on; a client that is refused before does not send the body, and its connection is closed.
 *
 *     const server = continueAfterChecks(createServer(app))
 */
export function continueAfterChecks(server: Server): Server {
  return server.on('checkContinue', (req: IncomingMessage, res: ServerResponse) => {
    waiting.set(req, res.shouldKeepAlive)
    // A client that sent the body all the same would have it taken for its next request.
    res.shouldKeepAlive = false
    server.emit('request', req, res)
  })
}

/** Tells the client to send the body, if it waits for that. */
export function sendContinue(req: IncomingMessage, res: ServerResponse): void {
  const keepsAlive = waiting.get(req)
  if (keepsAlive === undefined) return
  waiting.delete(req)
  res.shouldKeepAlive = keepsAlive
  res.writeContinue()
}
