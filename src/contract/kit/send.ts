/** Sends a request without normalizing its URL, and formats it as a curl command. */
import { Agent, request as httpRequest } from 'node:http'
import { request as httpsRequest, Agent as TlsAgent } from 'node:https'
import type { AskedResponse } from './options.ts'
import { receivedText } from './stream-items.ts'

export interface Wire {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
}

const agent = new Agent({ keepAlive: true })
const tlsAgent = new TlsAgent({ keepAlive: true })
/** In milliseconds. */
const patience = 30_000

/**
 * Rejects, with the curl command, if the server does not answer. `url` may have a path, below which the contract is served. A
 * stream is read for `streamMs`.
 */
export async function send(url: URL, wire: Wire, streamMs?: number): Promise<AskedResponse> {
  try {
    return await sendOnce(url, wire, streamMs)
  } catch (failure) {
    // The server may close an idle connection at the moment in which the request is sent.
    if (failure instanceof Error && 'isReused' in failure) return sendOnce(url, wire, streamMs)
    throw failure
  }
}

function sendOnce(url: URL, wire: Wire, streamMs?: number): Promise<AskedResponse> {
  const { method, target, headers, body } = wire
  const isTls = url.protocol === 'https:'
  const options = {
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    method,
    path: basePathOf(url) + target,
    headers,
    agent: isTls ? tlsAgent : agent,
    timeout: patience,
  }
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => {
      const failure = new Error(`${cause.message}\n${curlLine(url, wire)}`, { cause })
      const isReset = 'code' in cause && cause.code === 'ECONNRESET'
      reject(isReset && sent.reusedSocket ? Object.assign(failure, { isReused: true }) : failure)
    }
    const sent = (isTls ? httpsRequest : httpRequest)(options, (response) => {
      receivedText(response, streamMs).then((received) => {
        const all = Object.entries(response.headersDistinct)
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(all.map(([name, values = []]) => [name, values.join(', ')])),
          text: received,
        })
      }, fail)
    })
    sent.on('error', fail)
    sent.on('timeout', () => sent.destroy(new Error(`no response in ${patience / 1000} s`)))
    if (body !== undefined) sent.setHeader('content-length', Buffer.byteLength(body))
    sent.end(body)
  })
}

function basePathOf({ pathname }: URL): string {
  return pathname.replace(/\/$/, '')
}

export function curlLine(url: URL, { method, target, headers, body }: Wire): string {
  const given = Object.entries(headers).map(([name, value]) =>
    quoted(value === '' ? `${name};` : `${name}: ${value}`),
  )
  const line = [
    'curl -i --path-as-is',
    `-X ${method}`,
    quoted(`${url.origin}${basePathOf(url)}${target}`),
    ...given.map((header) => `-H ${header}`),
  ].join(' ')
  if (body === undefined) return line
  // The argument of a command cannot contain NUL.
  return `printf ${octal(Buffer.from(body).subarray(0, 4000))} | ${line} --data-binary @-`
}

const quoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`

function octal(bytes: Uint8Array): string {
  const characters = [...bytes].map((byte) => {
    const isPlain = byte >= 0x20 && byte < 0x7f && !"'\\%".includes(String.fromCharCode(byte))
    return isPlain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`
  })
  return `'${characters.join('')}'`
}
