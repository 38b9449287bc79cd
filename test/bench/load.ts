/** A light load generator: keep-alive connections that ask for one thing again and again, each as soon as it is answered. */
import { connect, type Socket } from 'node:net'

export interface Load {
  readonly port: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly connections: number
  readonly requests: number
}

/** Resolves when all requests have been answered with 200. Throws at the first other answer. */
export async function load({ port, path, headers, connections, requests }: Load): Promise<void> {
  const lines = Object.entries({ Host: `127.0.0.1:${port}`, ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  const request = `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
  let left = requests
  const take = () => left-- > 0
  await Promise.all(
    Array.from({ length: connections }, () => ask(connect(port, '127.0.0.1'), request, take)),
  )
}

function ask(socket: Socket, request: string, take: () => boolean): Promise<void> {
  let answer = ''
  const next = () => (take() ? socket.write(request) : socket.end())
  return new Promise((done, failed) => {
    socket.setNoDelay(true).setEncoding('latin1')
    socket.on('connect', next)
    socket.on('data', (chunk: string) => {
      answer += chunk
      const head = answer.indexOf('\r\n\r\n')
      if (head < 0) return
      const length = Number(/content-length: (\d+)/i.exec(answer)?.[1])
      if (answer.length < head + 4 + length) return
      if (!answer.startsWith('HTTP/1.1 200')) failed(new Error(answer))
      answer = ''
      next()
    })
    socket.on('close', () => done())
    socket.on('error', failed)
  })
}
