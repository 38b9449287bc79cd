/** Starts the server that is tested. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { StartedServer, TestedServer } from './options.ts'

export interface Target {
  readonly url: URL
  stop(): Promise<void>
}

/** A server of which the tests have only the URL: nothing in it can be changed for a test. */
export function isForeign(server: TestedServer): server is string | URL {
  return typeof server === 'string' || server instanceof URL
}

export async function startTarget(server: TestedServer): Promise<Target> {
  if (isForeign(server)) return { url: new URL(server), stop: async () => {} }
  if (!isStarter(server)) return listening(server)
  const started = await server()
  if (typeof started === 'function') return listening(started)
  const { url, stop } = started
  return {
    url: new URL(url),
    stop: async () => {
      await stop?.()
    },
  }
}

type Starter = () => StartedServer | RequestListener | Promise<StartedServer | RequestListener>

/** A listener takes a request and a response. */
function isStarter(server: RequestListener | Starter): server is Starter {
  return server.length === 0
}

async function listening(listener: RequestListener): Promise<Target> {
  const server = createServer(listener)
  await new Promise<void>((done, fail) => {
    server.once('error', fail)
    server.listen(0, '127.0.0.1', done)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    stop: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
