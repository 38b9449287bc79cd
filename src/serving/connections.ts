/**
 * What one connection may do: how many of its requests may wait, what it is told where it cannot be read, and how it ends.
 * Its answers come in the order of its requests (RFC 9112 §9.3.2).
 */
import type { RequestListener, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { problemDetails } from '../contract/problem-details.ts'
import { UnreadableRequest } from '../contract/refusal.ts'
import { statusPhrase } from '../contract/status-phrase.ts'

/** How many requests of one connection may wait for their answers. */
const maxPipelined = 16
const due: unique symbol = Symbol('due')
const afterThem: unique symbol = Symbol('after them')

declare module 'node:net' {
  interface Socket {
    /** The answers that its requests wait for, in their order. */
    [due]?: Set<ServerResponse>
    /** What is done when they have been written. */
    [afterThem]?: () => void
  }
}

/**
 * What has to be settled before Express sees a request.
 * - `GET http://host/path` asks for `/path` (RFC 9112 §3.2.2); the host in it is not believed.
 * - Node reads on while answers wait: a client that asks on and on and reads nothing would fill the memory.
 * - Whoever keeps a connection to a server that stops is told so by an answer, not by an end that crosses his next request.
 */
export function guardConnections(app: RequestListener, accepting: () => boolean): RequestListener {
  return (req, res) => {
    const { socket } = req
    const answers = pendingResponsesOf(socket)
    if (answers.size === maxPipelined) return void socket.destroy()
    if (!accepting()) closeAfter(res, [...answers].at(-1))
    answers.add(res)
    res.once('close', () => {
      answers.delete(res)
      if (socket[afterThem] && !hasPendingResponses(socket)) socket[afterThem]()
    })
    req.url = originForm(req.url ?? '')
    app(req, res)
  }
}

function pendingResponsesOf(socket: Socket): Set<ServerResponse> {
  socket[due] ??= new Set()
  return socket[due]
}

/** To requests that have arrived as a whole. */
function hasPendingResponses(socket: Socket): boolean {
  return [...pendingResponsesOf(socket)].some(({ req }) => req.complete)
}

/** The last answer that is due ends the connection. */
export function closeAfterResponses(socket: Socket): void {
  closeAfter([...pendingResponsesOf(socket)].at(-1))
}

/** The connection ends with this answer, and no more with the one before: that would end it too early. */
function closeAfter(res?: ServerResponse, before?: ServerResponse): void {
  if (before && !before.headersSent) before.removeHeader('Connection')
  if (res && !res.headersSent) res.setHeader('Connection', 'close')
}

function originForm(target: string): string {
  const [, rest] = /^https?:\/\/[^/?#]*(.*)$/is.exec(target) ?? []
  if (rest === undefined) return target
  return rest.startsWith('/') ? rest : `/${rest}`
}

type Unreadable = Error & { readonly code?: string }
type Report = (status: number, about: { address: string | undefined; code: string }) => void

/** What Node's parser refuses never becomes a request: it is answered here, as a Problem like all else, and in its turn. */
export function unreadable(report: Report): (error: Unreadable, socket: Duplex) => void {
  return (error, socket) => {
    const { code = 'unknown' } = error
    if (!(socket instanceof Socket) || !socket.writable || code === 'ECONNRESET')
      return void socket.destroy()
    const refuse = () => {
      if (!socket.writable) return
      const status = unreadableStatus(code)
      report(status, { address: socket.remoteAddress, code })
      end(socket, status)
    }
    if (!hasPendingResponses(socket)) return refuse()
    socket[afterThem] ??= refuse
  }
}

function end(socket: Socket, refused: 400 | 408 | 431): void {
  const { status, headers, mediaType, body } = problemDetails.toResponse(
    new UnreadableRequest(refused),
  )
  const payload = JSON.stringify(body)
  socket.end(
    [
      `HTTP/1.1 ${status} ${statusPhrase(status)}`,
      `Content-Type: ${mediaType}`,
      `Content-Length: ${Buffer.byteLength(payload)}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      'Connection: close',
      '',
      payload,
    ].join('\r\n'),
    // It would stay half open for as long as its client likes; at once, the answer could be lost (RFC 9112 §9.6).
    () => setTimeout(() => socket.destroy(), 1_000).unref(),
  )
}

function unreadableStatus(code: string): 400 | 408 | 431 {
  if (code === 'HPE_HEADER_OVERFLOW') return 431
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
}
