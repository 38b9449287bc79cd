/** Sends a request without normalizing its URL, and formats it as a curl command. */
import { Agent, request as httpRequest } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Wire {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
}

export interface HttpResponse {
  readonly status: number
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

const agent = new Agent({ keepAlive: true })

export function send(url: string, { method, target, headers, body }: Wire): Promise<HttpResponse> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { hostname, port, method, path: target, headers, agent },
      async (response) => {
        const received = await text(response)
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(
            Object.entries(response.headersDistinct).map(([name, values = []]) => [
              name,
              values.join(', '),
            ]),
          ),
          text: received,
        })
      },
    )
    sent.on('error', reject)
    if (body !== undefined) sent.setHeader('content-length', Buffer.byteLength(body))
    sent.end(body)
  })
}

export function curlLine(url: string, { method, target, headers, body }: Wire): string {
  const given = Object.entries(headers).map(([name, value]) =>
    quoted(value === '' ? `${name};` : `${name}: ${value}`),
  )
  const line = [
    'curl -i --path-as-is',
    `-X ${method}`,
    quoted(`${url}${target}`),
    ...given.map((header) => `-H ${header}`),
  ].join(' ')
  if (body === undefined) return line
  // The argument of a command cannot contain NUL.
  return `printf ${octal(Buffer.from(body))} | ${line} --data-binary @-`
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

function octal(bytes: Uint8Array): string {
  const characters = [...bytes].map((byte) => {
    const isPlain = byte >= 0x20 && byte < 0x7f && !"'\\%".includes(String.fromCharCode(byte))
    return isPlain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`
  })
  return `'${characters.join('')}'`
}
