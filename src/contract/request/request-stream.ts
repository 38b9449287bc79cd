/** A request body as a stream (`x-stream` in the contract), for a handler that does not need all of it in memory; chunks within a limit. */
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { ContentTooLarge } from '../errors/refusal.ts'

/** The stream fails with a `ContentTooLarge` at the first byte over the limit. */
export function streamOf(req: IncomingMessage, maxBytes: number): Readable {
  const stream = Readable.from(chunksOf(req, maxBytes), { objectMode: false })
  // As for a `req` of Node: a client that leaves must not end the process of a handler that does not listen for errors.
  return stream.on('error', () => {})
}

async function* chunksOf(req: IncomingMessage, maxBytes: number): AsyncGenerator<Uint8Array> {
  try {
    // Otherwise the connection would be closed when the handler stops early.
    yield* limitedChunks(req.iterator({ destroyOnReturn: false }), maxBytes)
  } finally {
    req.resume()
  }
}

/** Throws a `ContentTooLarge` at the first byte over the limit of `what`, by default the body. */
export async function* limitedChunks(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  what?: string,
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new ContentTooLarge(maxBytes, what)
    yield chunk
  }
}
