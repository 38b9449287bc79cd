/** Clients that send requests over a persistent connection until a response closes it. */
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Tally {
  succeeded: number
  /** Requests whose connection ended, and responses without success. */
  readonly cut: string[]
  /** From here on (`performance.now()`), a server may close a connection on which the client is about to send: these requests do not count. */
  promisedUntil?: number
}

export interface Asked {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Sends one request after another over one connection. */
export async function askOn(url: string, asked: Asked, tally: Tally): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  for (let open = true; open; ) {
    const sentAt = performance.now()
    try {
      const response = await sendRequest(url, asked, agent)
      await text(response)
      if (response.statusCode === 200) tally.succeeded += 1
      else tally.cut.push(`${asked.path} returned ${response.statusCode}`)
      open = response.headers.connection !== 'close'
    } catch (error) {
      if (sentAt < (tally.promisedUntil ?? Number.POSITIVE_INFINITY))
        tally.cut.push(`${asked.path}: ${error}`)
      open = false
    }
  }
  agent.destroy()
}

function sendRequest(
  url: string,
  { method = 'GET', path, headers = {}, body }: Asked,
  agent: Agent,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, { method, headers, agent })
    sent.once('response', resolve).once('error', reject)
    sent.end(body)
  })
}

const together = 4

/** Sends four pipelined requests at a time over one connection. */
export async function pipelineOn(url: string, token: string, tally: Tally): Promise<void> {
  const socket = await connected(url)
  const head = `GET /users/me HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n\r\n`
  for (let open = true; open; ) {
    socket.write(head.repeat(together))
    const said = await readResponses(socket, together)
    const succeeded = count(said, /HTTP\/1\.1 200 /g)
    tally.succeeded += succeeded
    if (succeeded < together)
      tally.cut.push(`${together - succeeded} of ${together} pipelined: ${said}`)
    open = succeeded === together && !/^Connection: close\r$/m.test(said)
  }
  socket.destroy()
}

/** Reads until there are `many` responses with an account, or the connection ends. */
async function readResponses(socket: Socket, many: number): Promise<string> {
  let said = ''
  try {
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      said += chunk
      if (count(said, /"created_at":"[^"]*"\}/g) >= many) break
    }
  } catch (error) {
    return `${said}${error}`
  }
  return said
}

const count = (said: string, what: RegExp) => said.match(what)?.length ?? 0

/** Opens an idle connection, after one request if a path is given. */
export async function idle(url: string, path?: string): Promise<Socket> {
  const socket = await connected(url)
  if (path === undefined) return socket
  socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)
  await once(socket, 'data')
  return socket
}

async function connected(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}
