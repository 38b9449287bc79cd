/** Sends streams as the bodies of responses: no faster than the client reads, and without a trace if the client leaves. */
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'

/**
 * Sends the chunks of a stream; `begin`, called with the first of them or at the end, sets the headers. Rejects with the error of the
 * stream, unless the client has left. The stream is closed in any case.
 */
export async function sendChunks(
  res: ServerResponse,
  stream: Readable,
  begin: () => void,
): Promise<void> {
  const left = new AbortController()
  const leave = () => {
    left.abort()
    discard(stream)
  }
  if (res.closed) return leave()
  res.once('close', leave)
  try {
    for await (const chunk of stream) {
      requireBytes(chunk)
      if (!res.headersSent) begin()
      if (!res.write(chunk)) await once(res, 'drain', left)
    }
    if (!res.headersSent) begin()
    res.end()
  } catch (error) {
    if (!left.signal.aborted) throw error
  } finally {
    res.off('close', leave)
    discard(stream)
  }
}

/** Releases what a stream that is not sent holds. Its error has no meaning then, and would end the process without a listener. */
export function discard(body: unknown): void {
  if (body instanceof Readable) body.on('error', () => {}).destroy()
}

function requireBytes(chunk: unknown): void {
  if (typeof chunk === 'string' || chunk instanceof Uint8Array) return
  throw new TypeError('a stream must be one of text or bytes')
}
