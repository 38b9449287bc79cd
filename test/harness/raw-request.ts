/** Sends requests that fetch cannot send: any method, repeated headers, raw bytes. */
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

export interface RawRequest {
  readonly method?: string
  /** A list of values is sent as a repeated header. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Uint8Array
}

export function rawRequest(
  url: string,
  { method = 'GET', headers = {}, body }: RawRequest = {},
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent: false }, (response) => resolve(responseOf(response)))
    for (const [name, value] of Object.entries(headers)) sent.setHeader(name, value)
    // Node does not frame the body of a GET by itself.
    if (body !== undefined && !('transfer-encoding' in headers)) {
      sent.setHeader('content-length', Buffer.byteLength(body))
    }
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Converts the message to a `Response`. */
export async function responseOf(message: IncomingMessage): Promise<Response> {
  const status = message.statusCode ?? 0
  const received = await text(message)
  return new Response(status === 204 || status === 304 ? null : received, {
    status,
    headers: Object.entries(message.headersDistinct).flatMap(([name, values = []]) =>
      values.map((value): [string, string] => [name, value]),
    ),
  })
}

/** Writes the requests to one connection. Returns everything received until the server closes the connection. */
export function converse(url: string, ...requests: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(requests.join(''))
  return text(socket)
}
