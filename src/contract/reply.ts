/** Creates and sends responses. Every response of the contract layer is sent by `send`. */
import type { ServerResponse } from 'node:http'
import { type Reply, repliedBy } from './handler.ts'
import type { Operation } from './operation-table.ts'
import { statusPhrase } from './status-phrase.ts'

/** A response to be sent. Without a media type it has no body. */
export interface OutgoingResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly mediaType?: string | undefined
  readonly body?: unknown
}

type ReplyInit = Omit<OutgoingResponse, 'status'>
type BrandedReply = OutgoingResponse & Reply

/** `Respond`, without the types of a contract. */
type AnyRespond = Readonly<Record<string, (init: ReplyInit) => Reply>>

/** Creates `respond` for one operation: a function for each status below 400. */
export function responder(id: string, { responses }: Operation): AnyRespond {
  const functions = Object.entries(responses)
    .filter(([status]) => Number(status) < 400)
    .map(([key, [defaultMediaType]]) => {
      const status = Number(key)
      const respond = ({
        headers,
        mediaType = defaultMediaType,
        body,
      }: ReplyInit): BrandedReply => ({
        [repliedBy]: id,
        status,
        headers,
        mediaType,
        body,
      })
      return [key, respond]
    })
  return Object.freeze(Object.fromEntries(functions))
}

/** Whether the reply was created by the `respond` of this operation. The types require it; this checks it at run time. */
export function isReplyOf(id: string, reply: unknown): reply is BrandedReply {
  return (
    typeof reply === 'object' && reply !== null && repliedBy in reply && reply[repliedBy] === id
  )
}

/** Sends a response. If a response has been started already, closes the connection instead. */
export function send(
  res: ServerResponse,
  { status, headers, mediaType, body }: OutgoingResponse,
): void {
  if (res.headersSent) return void res.destroy()
  // Before any header is set: if `body` cannot be serialized, the error response gets none of these headers.
  const payload = mediaType === undefined ? '' : JSON.stringify(body)
  res.statusCode = status
  res.statusMessage = statusPhrase(status)
  for (const name in headers) res.setHeader(name, headers[name] ?? '')
  if (mediaType === undefined) return void res.end()
  // Node writes a string together with the headers, a buffer separately.
  res.setHeader('Content-Type', mediaType)
  res.setHeader('Content-Length', Buffer.byteLength(payload))
  res.end(payload)
}
