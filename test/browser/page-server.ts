/** A server on an origin of its own, with an empty page and the packed client as browser modules. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

const page = `<!doctype html><link rel="icon" href="data:,"><script type="importmap">
{ "imports": {
  "@tessera-oauth/client": "/@tessera-oauth/client/src/client/index.js",
  "openapi-fetch": "/openapi-fetch/dist/index.mjs",
  "idb-keyval": "/idb-keyval/dist/index.js"
} }
</script><script type="module">
import { createClient } from '@tessera-oauth/client'
globalThis.createClient = createClient
</script>`

export interface PageServer {
  readonly origin: string
  stop(): Promise<void>
}

/** Serves a folder of modules on a free loopback port. */
export async function pageServer(modules: string): Promise<PageServer> {
  const server = createServer(({ url = '/' }, response) => {
    const isPage = url === '/'
    response.setHeader('Content-Type', isPage ? 'text/html' : 'text/javascript')
    response.end(isPage ? page : readFileSync(join(modules, url)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections()
      await server[Symbol.asyncDispose]()
    },
  }
}
