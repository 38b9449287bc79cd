/** A server that passes every request on to another, and can be told to answer what the next version of that one might. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface NewerServer {
  readonly url: string
  /** From now on every JSON object in an answer has a field more than the contract knows. */
  grow(): void
  stop(): Promise<void>
}

export async function newerServer(origin: string): Promise<NewerServer> {
  let grown = false
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const answer = await fetch(origin + url, {
      method,
      headers: Object.entries(headers).filter(passedOn),
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    })
    const text = await answer.text()
    const isJson = /[/+]json/.test(answer.headers.get('content-type') ?? '')
    response.writeHead(answer.status, Object.fromEntries([...answer.headers].filter(passedOn)))
    response.end(grown && isJson ? JSON.stringify(JSON.parse(text, withMore)) : text)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    grow: () => {
      grown = true
    },
    stop: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

function passedOn(header: [string, unknown]): header is [string, string] {
  const ofTheConnection = ['host', 'connection', 'keep-alive', 'transfer-encoding', 'upgrade']
  const ofTheBytes = [
    'content-length',
    'content-encoding',
    'accept-encoding',
    'expect',
    'http2-settings',
  ]
  return ![...ofTheConnection, ...ofTheBytes].includes(header[0])
}

function withMore(_name: string, value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? { ...value, in_the_next_version: true } : value
}
