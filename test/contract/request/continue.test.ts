/** `Expect: 100-continue`, with the client of Node, which sends its body when it is told to. */
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { contractOf } from '../../../src/contract/contract.ts'
import { problemDetails } from '../../../src/contract/errors/problem-details.ts'
import { continueAfterChecks } from '../../../src/contract/request/continue.ts'
import { serve } from '../../../src/contract/serve.ts'
import { ignoreServer } from '../../harness/seen-responses.ts'

const contract = contractOf(
  parse(`
openapi: 3.1.0
paths:
  /notes:
    post:
      operationId: addNote
      security: [{ key: [] }]
      requestBody: { required: true, content: { text/plain: {} } }
      responses: { '200': { description: Added., content: { text/plain: {} } } }
components: { securitySchemes: { key: { type: apiKey, in: header, name: key } } }
`),
)

async function start(): Promise<number> {
  const handlers = {
    addNote: ({ body }: { body?: unknown }, respond: Record<number, (init: object) => unknown>) =>
      respond[200]?.({ headers: {}, body }),
  }
  const app = express().use(
    serve(
      contract as never,
      {
        handlers,
        security: {
          key: async ({ headers }: { headers: Record<string, unknown> }) => {
            if (headers.key !== 'k') throw new Error('not allowed')
            return 'k'
          },
        },
        errors: problemDetails(),
        limits: { bodyBytes: 10 },
        onRefusal: () => {},
      } as never,
    ),
  )
  app.use((req, res) => void req.on('data', () => {}).on('end', () => res.end('other')))
  const server = continueAfterChecks(createServer(app))
  ignoreServer(server)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port
}

/** How often it was told to continue, the status, and whether the connection stays open. */
async function ask(
  path: string,
  headers: Record<string, string>,
): Promise<[number, number, boolean]> {
  const port = await start()
  return await new Promise((resolve, reject) => {
    let told = 0
    const type = { 'Content-Type': 'text/plain', 'Content-Length': '4', Expect: '100-continue' }
    const sent = request({ port, path, method: 'POST', headers: { ...type, ...headers } })
    sent.on('continue', () => {
      told++
      sent.end('body')
    })
    sent.on('response', (response) => {
      response.resume()
      resolve([told, response.statusCode ?? 0, response.headers.connection !== 'close'])
    })
    sent.on('error', reject)
    sent.flushHeaders()
  })
}

describe('A client that expects 100', () => {
  it.each<[string, string, Record<string, string>, [number, number, boolean]]>([
    ['is told once to send the body, after the checks', '/notes', { key: 'k' }, [1, 200, true]],
    ['is refused before it sends the body', '/notes', { key: 'x' }, [0, 500, false]],
    [
      'is refused if the body is of another media type',
      '/notes',
      { key: 'k', 'Content-Type': 'text/html' },
      [0, 400, false],
    ],
    [
      'is refused if the body is too large',
      '/notes',
      { key: 'k', 'Content-Length': '11' },
      [0, 413, false],
    ],
    [
      'is told to send the body of a path that the contract does not have',
      '/other',
      {},
      [1, 200, true],
    ],
  ])('%s [K15]', async (_, path, headers, result) => {
    expect(await ask(path, headers)).toEqual(result)
  })
})
