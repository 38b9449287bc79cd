/** Requests that fetch cannot make: any method, a header twice, bytes as they stand. */
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

export interface RawRequest {
  readonly method?: string
  /** A header that is a list is sent once for each of its values. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Uint8Array
}

export function rawRequest(
  url: string,
  { method = 'GET', headers = {}, body }: RawRequest = {},
): Promise<Response> {
  return new Promise((answer, failed) => {
    const sent = request(url, { method, agent: false }, (response) => answer(responseOf(response)))
    for (const [name, value] of Object.entries(headers)) sent.setHeader(name, value)
    // Node frames no body of a GET by itself.
    if (body !== undefined && !('transfer-encoding' in headers)) {
      sent.setHeader('content-length', Buffer.byteLength(body))
    }
    sent.on('error', failed)
    sent.end(body)
  })
}

/** What came back, as fetch would hand it over. */
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

/** Writes the requests to one connection, one behind the other. All that comes back until the server closes it. */
export function converse(url: string, ...requests: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(requests.join(''))
  return text(socket)
}
