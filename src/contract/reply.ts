/** The one place through which every answer leaves. */
import type { ServerResponse } from 'node:http'
import { type OperationId, type Reply, type Respond, repliedBy } from './handler.ts'
import type { Operation } from './operation-table.ts'
import { statusPhrase } from './status-phrase.ts'

/** An answer on its way out. Without a media type it has no body. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly mediaType?: string | undefined
  readonly body?: unknown
}

type Given = Omit<Answer, 'status'>
type Made = Answer & Reply

/** `respond` for one operation: a function for each of its statuses of success, made once. */
export function responder<Id extends OperationId>(id: Id, { replies }: Operation): Respond<Id> {
  const functions = Object.entries(replies)
    .filter(([status]) => Number(status) < 400)
    .map(([key, [onlyMediaType]]) => {
      const status = Number(key)
      const respond = ({ headers, mediaType = onlyMediaType, body }: Given): Made => ({
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

/** Whether this is an answer that the operation's own `respond` has made. What the types hold, held for plain JavaScript too. */
export function isReplyOf(id: OperationId, reply: Reply): reply is Made {
  return reply?.[repliedBy] === id
}

/** Sends an answer. Where one is on its way already, nothing can be said any more: the connection is ended. */
export function send(res: ServerResponse, { status, headers, mediaType, body }: Answer): void {
  if (res.headersSent) return void res.destroy()
  // Before any header: what cannot be written leaves nothing of itself in the error that is answered instead.
  const payload = mediaType === undefined ? '' : JSON.stringify(body)
  res.statusCode = status
  res.statusMessage = statusPhrase(status)
  for (const name in headers) res.setHeader(name, headers[name] ?? '')
  if (mediaType === undefined) return void res.end()
  // A string leaves in one write with the headers, a buffer in two.
  res.setHeader('Content-Type', mediaType)
  res.setHeader('Content-Length', Buffer.byteLength(payload))
  res.end(payload)
}
