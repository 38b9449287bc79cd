/** A server before another, which changes requests and responses on their way. */
import { request as httpRequest, type RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'

type Headers = Readonly<Record<string, string>>

export interface Change {
  readonly request?: (request: ChangedRequest) => ChangedRequest
  readonly response?: (response: ChangedResponse) => ChangedResponse
}

export interface ChangedRequest {
  /** Path and query. */
  readonly target: string
  readonly headers: Headers
  readonly body: string
}

export interface ChangedResponse {
  /** The method, and the path with the query. */
  readonly target: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export function changedServer(url: string, { request, response }: Change): RequestListener {
  return async (req, res) => {
    const given = {
      target: req.url ?? '/',
      headers: headersOf(req.headersDistinct),
      body: await text(req),
    }
    const { target, headers, body } = request?.(given) ?? given
    const own = {
      ...headers,
      ...(body !== given.body && { 'content-length': String(Buffer.byteLength(body)) }),
    }
    const options = { method: req.method, path: target, headers: own }
    const sent = httpRequest(new URL(url), options, async (received) => {
      const got = {
        target: `${req.method} ${req.url}`,
        status: received.statusCode ?? 0,
        headers: headersOf(received.headersDistinct),
        text: await text(received),
      }
      const changed = response?.(got) ?? got
      const {
        'content-length': _,
        'transfer-encoding': __,
        connection: ___,
        ...others
      } = changed.headers
      res.writeHead(changed.status, others).end(changed.text)
    })
    sent.on('error', () => res.destroy()).end(body)
  }
}

function headersOf(distinct: Readonly<Record<string, string[] | undefined>>): Headers {
  return Object.fromEntries(
    Object.entries(distinct).map(([name, values = []]) => [name, values.join(', ')]),
  )
}
