/** A request body as a stream (`x-stream` in the contract), for a handler that does not need all of it in memory. */
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { ContentTooLarge } from '../errors/refusal.ts'

/** The stream fails with a `ContentTooLarge` at the first byte over the limit. */
export function streamOf(req: IncomingMessage, maxBytes: number): Readable {
  const stream = Readable.from(limitedChunks(req, maxBytes), { objectMode: false })
  // As for a `req` of Node: a client that leaves must not end the process of a handler that does not listen for errors.
  return stream.on('error', () => {})
}

async function* limitedChunks(req: IncomingMessage, maxBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0
  try {
    // Otherwise the connection would be closed when the handler stops early.
    for await (const chunk of req.iterator({ destroyOnReturn: false })) {
      bytes += chunk.length
      if (bytes > maxBytes) throw new ContentTooLarge(maxBytes)
      yield chunk
    }
  } finally {
    req.resume()
  }
}
