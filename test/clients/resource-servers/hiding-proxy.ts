/** A proxy in front of a server that answers 404 for one path, until it shows all. */
import { once } from 'node:events'
import { createServer, request } from 'node:http'

export interface HidingProxy {
  readonly url: string
  forwardTo(origin: string): void
  showAll(): void
  stop(): Promise<void>
}

export async function hidingProxy(hidden: string): Promise<HidingProxy> {
  let upstream = ''
  let hides = true
  const proxy = createServer((incoming, response) => {
    const { url = '', method, headers } = incoming
    if (hides && url === hidden) {
      response.writeHead(404).end()
      return
    }
    incoming.pipe(
      request(upstream + url, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      }),
    )
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const address = proxy.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    forwardTo: (origin) => {
      upstream = origin
    },
    showAll: () => {
      hides = false
    },
    stop: async () => {
      proxy.close()
      proxy.closeAllConnections()
      await once(proxy, 'close')
    },
  }
}
