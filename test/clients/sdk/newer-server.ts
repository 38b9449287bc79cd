/** A proxy that can add fields to the responses, as a later version of the server might. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface NewerServer {
  readonly url: string
  /** Adds an undeclared field to every JSON object of the later responses. */
  addFields(): void
  stop(): Promise<void>
}

export async function newerServer(origin: string): Promise<NewerServer> {
  let addsFields = false
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const upstream = await fetch(origin + url, {
      method,
      headers: Object.entries(headers).filter(isForwarded),
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    })
    const text = await upstream.text()
    const isJson = /[/+]json/.test(upstream.headers.get('content-type') ?? '')
    response.writeHead(
      upstream.status,
      Object.fromEntries([...upstream.headers].filter(isForwarded)),
    )
    response.end(addsFields && isJson ? JSON.stringify(JSON.parse(text, withField)) : text)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    addFields: () => {
      addsFields = true
    },
    stop: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

function isForwarded(header: [string, unknown]): header is [string, string] {
  const connectionHeaders = ['host', 'connection', 'keep-alive', 'transfer-encoding', 'upgrade']
  const encodingHeaders = [
    'content-length',
    'content-encoding',
    'accept-encoding',
    'expect',
    'http2-settings',
  ]
  return ![...connectionHeaders, ...encodingHeaders].includes(header[0])
}

function withField(_name: string, value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? { ...value, in_the_next_version: true } : value
}
