/** Sends a request as it stands, whatever a URL parser would make of it, and says the same as a line for curl. */
import { Agent, request as httpRequest } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Wire {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
}

export interface Answer {
  readonly status: number
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

const agent = new Agent({ keepAlive: true })

export function send(url: string, { method, target, headers, body }: Wire): Promise<Answer> {
  const { hostname, port } = new URL(url)
  return new Promise((answered, failed) => {
    const sent = httpRequest(
      { hostname, port, method, path: target, headers, agent },
      async (response) => {
        const received = await text(response)
        answered({
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
    sent.on('error', failed)
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
  // A shell's argument can hold no NUL.
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
