/** Splits a multipart/form-data body (RFC 7578) into its parts with @fastify/busboy, and stops reading at the first error. */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import type { Readable } from 'node:stream'
import type * as busboy from '@fastify/busboy'
import { BadRequest } from '../errors/refusal.ts'
import { limitedChunks } from './request-stream.ts'

/** Loaded with the first such body. */
const load = createRequire(import.meta.url)

export interface Part {
  /** Undefined if the part has no name. */
  readonly name: string | undefined
  /** Undefined if the part has none: it is a field then. */
  readonly filename: string | undefined
  readonly mediaType: string
  /** The Content-Transfer-Encoding, in lower case. */
  readonly encoding: string
}

/** Reads a part to its end. */
type OnPart = (part: Part, chunks: Readable) => Promise<void>

/**
 * Throws a `BadRequest` if the body is malformed, a `ContentTooLarge` if it has more bytes, or what `onPart` throws. The rest of the
 * body is discarded then.
 */
export async function readParts(
  req: IncomingMessage,
  contentType: string,
  maxBytes: number,
  onPart: OnPart,
): Promise<void> {
  const failed = new AbortController()
  const open = new Set<Readable>()
  const reading: Promise<void>[] = []
  try {
    const parser = parserOf(contentType)
    const finished = once(parser, 'finish', { signal: failed.signal })
    finished.catch(() => {})
    parser.on('error', (error) => failed.abort(malformed(error)))
    parser.on('file', (name, chunks, filename, encoding, mediaType) => {
      open.add(chunks)
      chunks.on('error', () => {}).once('close', () => open.delete(chunks))
      const part = { name, filename, encoding, mediaType }
      reading.push(onPart(part, chunks).catch((error) => failed.abort(error)))
    })
    await feed(parser, req, maxBytes, failed.signal)
    await finished
    await Promise.all(reading)
    failed.signal.throwIfAborted()
  } catch (error) {
    // Before the open parts are destroyed: their readers fail then, too.
    const first = failed.signal.aborted ? failed.signal.reason : error
    req.resume()
    for (const chunks of open) chunks.destroy()
    await Promise.all(reading)
    throw first
  }
}

async function feed(
  parser: busboy.BusboyInstance,
  req: IncomingMessage,
  maxBytes: number,
  signal: AbortSignal,
): Promise<void> {
  for await (const chunk of limitedChunks(chunksOf(req), maxBytes)) {
    if (!parser.write(chunk)) await once(parser, 'drain', { signal })
    signal.throwIfAborted()
  }
  parser.end()
}

async function* chunksOf(req: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    // Otherwise the connection would be closed when the loop ends early.
    yield* req.iterator({ destroyOnReturn: false })
  } catch {
    throw new BadRequest('The request is malformed', { cause: 'request.aborted' })
  }
}

function parserOf(contentType: string): busboy.BusboyInstance {
  const { Busboy }: typeof busboy = load('@fastify/busboy')
  try {
    // Each part is read as bytes: this layer decodes texts itself, and rejects those that are not UTF-8.
    const isPartAFile = () => true
    return new Busboy({ headers: { 'content-type': contentType }, isPartAFile })
  } catch (error) {
    throw malformed(error)
  }
}

/** The message of the parser says what is wrong, and contains nothing of the request. */
function malformed(cause: unknown): BadRequest {
  return new BadRequest('The body is not multipart/form-data', { cause })
}
