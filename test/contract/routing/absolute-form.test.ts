/** A request-target with scheme and host, as clients send it to a proxy (RFC 9112 §3.2.2). */
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { expect, it } from 'vitest'
import { type AnyHandler, contractServer } from '../contract-server.ts'

const paths = `  /:
    get: { operationId: readRoot, responses: { "204": { description: Done. } } }
  /a/{id}:
    get:
      operationId: readA
      parameters:
        - { name: id, in: path, required: true, schema: { type: integer } }
        - { name: n, in: query, schema: { type: integer } }
      responses: { "204": { description: Done. } }
`

it.each([
  ['http://example.org/a/1?n=2', { path: { id: 1 }, query: { n: 2 } }],
  ['HTTPS://example.org:8443/a/1', { path: { id: 1 }, query: {} }],
  ['http://example.org', { path: {}, query: {} }],
  ['http://example.org/', { path: {}, query: {} }],
])('%s is served [K7]', async (target, wanted) => {
  const seen: unknown[] = []
  const handler: AnyHandler = ({ path, query }, respond) => {
    seen.push({ path, query })
    return respond[204]?.({ headers: {} })
  }
  const { url } = await contractServer(paths, { readRoot: handler, readA: handler })
  const sent = request(url, { path: target }).end()
  const [response]: IncomingMessage[] = await once(sent, 'response')
  expect([response?.statusCode, seen]).toEqual([204, [wanted]])
})
