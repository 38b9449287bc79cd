/** Creates and sends responses. Every response of the contract layer is sent by `send`. */
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { essenceOf, isEventStream, isJson, isJsonLines } from '../document/media-type.ts'
import type { Operation } from '../document/operation-table.ts'
import { responseKey } from '../document/response-key.ts'
import { type Reply, repliedBy } from '../handler.ts'
import { eventStream } from './event-stream.ts'
import type { RequireItem } from './item-check.ts'
import { jsonLines } from './json-lines.ts'
import { rawResponder } from './raw-reply.ts'
import { statusPhrase } from './status-phrase.ts'
import { discard, sendChunks } from './stream-body.ts'

// Not by `import`: see `status-phrase.ts`.
const { validateHeaderName, validateHeaderValue } = process.getBuiltinModule('node:http')

/** A response to be sent. Without a media type it has no body. */
export interface OutgoingResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly mediaType?: string | undefined
  /** A value for JSON; text, bytes or a stream of them for any other media type. */
  readonly body?: unknown
  /** The body is text, bytes or a stream of them, and its media type, if any, is among the headers. */
  readonly isSerialized?: boolean
}

/** `status` is given for a range of statuses only. */
type ReplyInit = Omit<OutgoingResponse, 'status'> & { readonly status?: number }
type BrandedReply = OutgoingResponse & Reply

/** `Respond`, without the types of a contract. */
type AnyRespond = Readonly<Record<string, (init: ReplyInit) => Reply>>

/** Creates `respond` for one operation: a function for each status below 400, each range of them, and `default`. */
export function responder(
  id: string,
  { responses }: Operation,
): AnyRespond & { readonly raw: ReturnType<typeof rawResponder> } {
  const functions = Object.entries(responses)
    .filter(([key]) => /^([123]|default)/.test(key))
    .map(([key, [defaultMediaType]]) => {
      const respond = ({
        status = Number(key),
        headers,
        mediaType = defaultMediaType,
        body,
      }: ReplyInit): BrandedReply => {
        if (responseKey(responses, status) !== key)
          throw new TypeError(`${id} responded with ${status} by respond[${key}]`)
        return { [repliedBy]: id, status, headers, mediaType, body }
      }
      return [key, respond]
    })
  return Object.freeze(Object.assign(Object.fromEntries(functions), { raw: rawResponder(id) }))
}

/** Whether the reply was created by the `respond` of this operation. The types require it; this checks it at run time. */
export function isReplyOf(id: string, reply: unknown): reply is BrandedReply {
  return (
    typeof reply === 'object' && reply !== null && repliedBy in reply && reply[repliedBy] === id
  )
}

interface SendOptions {
  /** A stream is not read then: Node would take all of it without waiting, for a body that is not sent. */
  readonly isHead?: boolean | undefined
  /**
   * Gets the error of a stream. It sends another response: an error response before the first bytes of the stream; later, the
   * connection is closed, so that the client does not take the body as complete.
   */
  readonly onFailure?: (error: unknown) => void
  /** Called with each event or line of a stream before it is sent. What it throws ends the stream. */
  readonly requireItem?: RequireItem | undefined
}

/** Sends a response. If a response has been started already, closes the connection instead. */
export function send(
  res: ServerResponse,
  response: OutgoingResponse,
  { isHead = false, onFailure = () => res.destroy(), requireItem }: SendOptions = {},
): void {
  const { mediaType, body } = response
  if (res.headersSent) {
    discard(body)
    return void res.destroy()
  }
  // Before any header is set: if `body` cannot be serialized, the error response gets none of these headers.
  const payload = payloadOf(response, requireItem)
  if (payload instanceof Readable && !isHead) {
    const begin = () => setHead(res, response)
    return void sendChunks(res, payload, begin).catch(onFailure)
  }
  discard(payload)
  const length = payload instanceof Readable ? undefined : Buffer.byteLength(payload)
  setHead(res, response)
  if (length === undefined || (length === 0 && mediaType === undefined)) return void res.end()
  // Node writes a string together with the headers, a buffer separately.
  res.setHeader('Content-Length', length)
  res.end(payload)
}

/** All or nothing: the error response to what HTTP cannot carry has none of these headers. */
function setHead(res: ServerResponse, { status, headers, mediaType }: OutgoingResponse): void {
  if (!Number.isInteger(status) || status < 100 || status > 999)
    throw new RangeError(`${status} is not a status of HTTP`)
  const all = Object.entries(headers)
  if (mediaType !== undefined) all.push(['Content-Type', contentTypeOf(mediaType)])
  for (const [name, value = ''] of all) {
    validateHeaderName(name)
    validateHeaderValue(name, value)
  }
  res.statusCode = status
  res.statusMessage = statusPhrase(status)
  for (const [name, value = ''] of all) res.setHeader(name, value)
}

/** Text is UTF-8, and without this browsers take it for something else. */
function contentTypeOf(mediaType: string): string {
  const isBareText = essenceOf(mediaType).startsWith('text/') && !/charset/i.test(mediaType)
  return isBareText ? `${mediaType}; charset=utf-8` : mediaType
}

function payloadOf(
  response: OutgoingResponse,
  requireItem: RequireItem | undefined,
): string | Uint8Array | Readable {
  const { mediaType, body, isSerialized } = response
  if (isSerialized) return bytesOf(body ?? '', 'a raw response')
  if (mediaType === undefined) return ''
  if (isJson(mediaType)) return JSON.stringify(body)
  if (isIterable(body) && !(body instanceof Readable)) {
    if (isEventStream(mediaType)) return Readable.from(eventStream(body, requireItem))
    if (isJsonLines(mediaType)) return Readable.from(jsonLines(body, requireItem))
  }
  return bytesOf(body, mediaType)
}

function bytesOf(body: unknown, what: string): string | Uint8Array | Readable {
  if (typeof body === 'string' || body instanceof Uint8Array || body instanceof Readable)
    return body
  if (isIterable(body)) return Readable.from(body)
  throw new TypeError(`a body of ${what} must be text, bytes or a stream of them`)
}

function isIterable(body: unknown): body is AsyncIterable<unknown> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}
