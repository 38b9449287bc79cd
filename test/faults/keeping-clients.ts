/** Clients that keep their connections and ask on and on, until an answer says that its connection ends with it. */
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Tally {
  answered: number
  /** Requests that a connection ended under, and answers that were no success. */
  readonly cut: string[]
}

export interface Asked {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** One request after the other, over one connection. */
export async function askOn(url: string, asked: Asked, tally: Tally): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  for (let open = true; open; ) {
    try {
      const response = await answerTo(url, asked, agent)
      await text(response)
      if (response.statusCode === 200) tally.answered += 1
      else tally.cut.push(`${asked.path} was answered ${response.statusCode}`)
      open = response.headers.connection !== 'close'
    } catch (error) {
      tally.cut.push(`${asked.path}: ${error}`)
      open = false
    }
  }
  agent.destroy()
}

function answerTo(
  url: string,
  { method = 'GET', path, headers = {}, body }: Asked,
  agent: Agent,
): Promise<IncomingMessage> {
  return new Promise((answer, failed) => {
    const sent = request(`${url}${path}`, { method, headers, agent })
    sent.once('response', answer).once('error', failed)
    sent.end(body)
  })
}

const together = 4

/** Four requests at a time, one behind the other, over one connection. */
export async function pipelineOn(url: string, token: string, tally: Tally): Promise<void> {
  const socket = await connected(url)
  const head = `GET /users/me HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n\r\n`
  for (let open = true; open; ) {
    socket.write(head.repeat(together))
    const said = await answers(socket, together)
    const answered = count(said, /HTTP\/1\.1 200 /g)
    tally.answered += answered
    if (answered < together)
      tally.cut.push(`${together - answered} of ${together} in a row: ${said}`)
    open = answered === together && !/^Connection: close\r$/m.test(said)
  }
  socket.destroy()
}

/** What comes until there are so many answers about somebody, or the connection ends. */
async function answers(socket: Socket, many: number): Promise<string> {
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

/** A connection, after one request where a path is given, that does nothing more. */
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
