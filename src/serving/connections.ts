/**
 * Limits one connection: pipelined requests, requests that cannot be parsed, and how it closes.
 * Responses are sent in the order of the requests (RFC 9112 §9.3.2).
 */
import { randomUUID } from 'node:crypto'
import type { RequestListener, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type ErrorFormat, errorResponse, type OutgoingResponse, statusPhrase } from '#contract'
import type { Activity, OpenConnections } from './open-connections.ts'
import type { WatchResponse } from './unread-responses.ts'

const unreadable = { code: 'unreadable_request', message: 'The request cannot be read' }

/** Maximum number of requests of one connection that wait for responses. */
const maxPipelined = 16
const pending: unique symbol = Symbol('pending')
const onIdle: unique symbol = Symbol('onIdle')
const readBefore: unique symbol = Symbol('readBefore')

declare module 'node:net' {
  interface Socket {
    /** The responses that are not complete, in order. */
    [pending]?: Set<ServerResponse>
    /** Called when all pending responses have been written. */
    [onIdle]?: () => void
    /** The number of bytes that had arrived when the last response was written. */
    [readBefore]?: number
  }
}

/**
 * Handles what Express does not.
 * - `GET http://host/path` is a request for `/path` (RFC 9112 §3.2.2); its host is ignored.
 * - Node keeps reading while responses wait: a client that sends requests and reads no response would fill the memory. Requests of
 *   one connection are processed one after the other, so that at most one response waits to be read.
 * - During a shutdown, a keep-alive connection is closed by a response, so that its next request is not lost.
 */
export function guardConnections(
  app: RequestListener,
  isAccepting: () => boolean,
  { touch }: Pick<OpenConnections, 'touch'>,
  watchResponse: WatchResponse,
): RequestListener {
  return (req, res) => {
    const { socket } = req
    const responses = pendingResponsesOf(socket)
    if (responses.size === maxPipelined) return void socket.destroy()
    const previous = [...responses].at(-1)
    if (!isAccepting()) closeAfter(res, previous)
    responses.add(res)
    touch(socket)
    watchResponse(res)
    res.once('close', () => {
      responses.delete(res)
      socket[readBefore] = socket.bytesRead
      touch(socket)
      if (socket[onIdle] && !hasPendingResponses(socket)) socket[onIdle]()
    })
    req.url = originForm(req.url ?? '')
    if (!previous) return app(req, res)
    previous.once('close', () => {
      if (!socket.destroyed) app(req, res)
    })
  }
}

export function activityOf(socket: Socket): Activity {
  const [first] = pendingResponsesOf(socket)
  if (!first) {
    const { [readBefore]: before = 0 } = socket
    if (socket.bytesRead > before) return 'receiving'
    return before === 0 ? 'silent' : 'idle'
  }
  if (!first.req.complete) return 'receiving'
  return first.writableEnded ? 'unread' : 'served'
}

function pendingResponsesOf(socket: Socket): Set<ServerResponse> {
  socket[pending] ??= new Set()
  return socket[pending]
}

/** Only for requests that have arrived completely. */
function hasPendingResponses(socket: Socket): boolean {
  return [...pendingResponsesOf(socket)].some(({ req }) => req.complete)
}

/** The last pending response closes the connection. */
export function closeAfterResponses(socket: Socket): void {
  closeAfter([...pendingResponsesOf(socket)].at(-1))
}

/** Moves `Connection: close` from the previous response to this one. */
function closeAfter(res?: ServerResponse, previous?: ServerResponse): void {
  if (previous && !previous.headersSent) previous.removeHeader('Connection')
  if (res && !res.headersSent) res.setHeader('Connection', 'close')
}

function originForm(target: string): string {
  if (target.startsWith('/')) return target
  const [, rest] = /^https?:\/\/[^/?#]*(.*)$/is.exec(target) ?? []
  if (rest === undefined) return target
  return rest.startsWith('/') ? rest : `/${rest}`
}

type ParserError = Error & { readonly code?: string }
type Report = (
  status: number,
  about: { requestId: string; address: string | undefined; code: string },
) => void
type Headers = Readonly<Record<string, string>>

/**
 * Responds to requests that Node's parser rejects, with a Problem, after the pending responses.
 *
 * @param problems the format of the responses
 * @param common the headers that every response has
 */
export function parserErrorHandler(
  problems: ErrorFormat,
  common: Headers,
  report: Report,
): (error: ParserError, socket: Duplex) => void {
  return (error, socket) => {
    const { code = 'unknown' } = error
    if (!(socket instanceof Socket) || !socket.writable || code === 'ECONNRESET')
      return void socket.destroy()
    const respond = () => {
      if (!socket.writable) return
      const status = statusOf(code)
      const requestId = randomUUID()
      report(status, { requestId, address: socket.remoteAddress, code })
      const refusal = errorResponse({ ...unreadable, status }, problems)
      endWith(socket, refusal, { 'X-Request-Id': requestId, ...common })
    }
    if (!hasPendingResponses(socket)) return respond()
    socket[onIdle] ??= respond
  }
}

function endWith(socket: Socket, response: OutgoingResponse, common: Headers): void {
  const { status, headers, mediaType, body } = response
  const payload = JSON.stringify(body)
  socket.end(
    [
      `HTTP/1.1 ${status} ${statusPhrase(status)}`,
      `Content-Type: ${mediaType}`,
      `Content-Length: ${Buffer.byteLength(payload)}`,
      ...Object.entries({ ...common, ...headers }).map(([name, value]) => `${name}: ${value}`),
      'Connection: close',
      '',
      payload,
    ].join('\r\n'),
    // Without this, the client could keep the connection half open; at once, the response could be lost (RFC 9112 §9.6).
    () => setTimeout(() => socket.destroy(), 1_000).unref(),
  )
}

function statusOf(code: string): 400 | 408 | 431 {
  if (code === 'HPE_HEADER_OVERFLOW') return 431
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
}
