import { createServer } from 'node:http'
import express from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'
import { contractOf } from '../../../src/contract/contract.ts'
import { basePathsOf } from '../../../src/contract/document/base-paths.ts'
import { problemDetails } from '../../../src/contract/errors/problem-details.ts'
import { serve } from '../../../src/contract/serve.ts'
import { ignoreServer } from '../../harness/seen-responses.ts'
import { bookContract } from '../books.ts'

const paths = (...urls: readonly string[]) => basePathsOf(urls.map((url) => ({ url })))

describe('basePathsOf', () => {
  it('are the distinct paths of the servers [K24]', () => {
    expect(paths('https://a.example/v1', 'https://b.example:8443/v1/', '/v2', 'v3')).toEqual([
      '/v1',
      '/v2',
      '/v3',
    ])
  })

  it('are the root for servers without a path, and without servers [K24]', () => {
    expect([paths('https://a.example'), paths('/'), paths(), basePathsOf()]).toEqual(
      Array(4).fill(['/']),
    )
    expect(bookContract().basePaths).toEqual(['/'])
  })

  it('have the defaults of variables [K24]', () => {
    const variables = { host: { default: 'a.example' }, version: { default: 'v4' } }
    expect(basePathsOf([{ url: 'https://{host}/{version}', variables }])).toEqual(['/v4'])
  })
})

describe('a contract whose servers have paths', () => {
  const operation = { operationId: 'ping', responses: { 204: {} } }
  const contract = contractOf({
    openapi: '3.1.0',
    servers: [{ url: 'https://api.example/v1' }, { url: '/sandbox' }],
    paths: { '/ping': { get: operation } },
  })

  it.each([
    ['/v1/ping', 204],
    ['/sandbox/ping', 204],
    ['/ping', 404],
  ])('is served below them: %s is a %i [K24]', async (path, status) => {
    const router = serve(contract, {
      handlers: {
        ping: (_: object, respond: Record<number, (init: object) => unknown>) =>
          respond[204]?.({ headers: {} }),
      } as object,
      security: {},
      errors: problemDetails(),
    })
    const server = createServer(express().use(contract.basePaths, router))
    ignoreServer(server)
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    onTestFinished(() => void server.close())
    const address = server.address()
    if (typeof address !== 'object' || address === null) throw new Error('no port')
    const { port } = address
    expect((await fetch(`http://127.0.0.1:${port}${path}`)).status).toBe(status)
  })
})
