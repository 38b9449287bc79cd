/** Starts the server that is tested. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Starter, TestedServer } from './options.ts'

export interface Target {
  /** Where the contract may be served, the likeliest first. */
  readonly urls: readonly URL[]
  stop(): Promise<void>
}

/** A server of which the tests have only the URL: nothing in it can be changed for a test. */
export function isForeign(server: TestedServer): server is string | URL {
  return typeof server === 'string' || server instanceof URL
}

/** A URL has its path; a listener is asked below the first of `basePaths`, or else at its root. */
export async function startTarget(
  server: TestedServer,
  [basePath = '/']: readonly string[],
): Promise<Target> {
  if (isForeign(server)) return { urls: [new URL(server)], stop: async () => {} }
  if (!isStarter(server)) return listening(server, basePath)
  const started = await server()
  if (typeof started === 'function') return listening(started, basePath)
  const { url, stop } = started
  return {
    urls: [new URL(url)],
    stop: async () => void (await stop?.()),
  }
}

/** A listener takes a request and a response. */
function isStarter(server: RequestListener | Starter): server is Starter {
  return server.length === 0
}

async function listening(listener: RequestListener, basePath: string): Promise<Target> {
  const server = createServer(listener)
  await new Promise<void>((done, fail) => {
    server.once('error', fail)
    server.listen(0, '127.0.0.1', done)
  })
  const { port } = server.address() as AddressInfo
  return {
    urls: [...new Set([basePath, '/'])].map((path) => new URL(path, `http://127.0.0.1:${port}`)),
    stop: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
