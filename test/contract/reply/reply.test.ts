import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Api } from '../../../generated/contract.ts'
import type { Operation } from '../../../src/contract/document/operation-table.ts'
import type { Respond } from '../../../src/contract/handler.ts'
import {
  isReplyOf,
  type OutgoingResponse,
  responder,
  send,
} from '../../../src/contract/reply/reply.ts'
import { rawRequest } from '../../harness/raw-request.ts'

const operation: Operation = {
  method: 'get',
  path: '/users/me',
  security: [],
  scopes: [],
  queries: [],
  headers: [],
  request: [],
  requiresBody: false,
  responses: { 200: ['application/json'], 400: ['application/problem+json'], 500: [] },
  errors: 'Problem',
}
const body = {
  user_id: 'u_1',
  username: 'johndoe',
  email_verified: true,
  disabled: false,
  scopes: [],
  created_at: '2026-01-02T03:04:05.678Z',
}
const headers = { 'Cache-Control': 'no-store', ETag: '"1"' } as const

describe('responder', () => {
  let respond: Respond<Api, 'readUsersMe'>
  beforeAll(() => {
    // The types of the contract, which `router.ts` gives to a handler.
    respond = responder('readUsersMe', operation) as unknown as typeof respond
  })

  it('creates a response with status, headers and body; the default is the first media type', () => {
    expect(respond[200]({ headers, body })).toMatchObject({
      status: 200,
      headers,
      mediaType: 'application/json',
      body,
    })
  })

  it('has only the statuses of success and `raw`: refusals are thrown', () => {
    expect(Object.keys(respond)).toEqual(['200', 'raw'])
  })

  it('is frozen', () => {
    expect(Object.isFrozen(respond)).toBe(true)
  })
})

describe('isReplyOf', () => {
  it('accepts only a reply of the operation', () => {
    const reply = responder('readUsersMe', operation)[200]?.({ headers, body })
    expect(isReplyOf('readUsersMe', reply)).toBe(true)
    expect(isReplyOf('readOwnItems', reply)).toBe(false)
    expect(isReplyOf('readUsersMe', { ...body })).toBe(false)
    expect(isReplyOf('readUsersMe', undefined)).toBe(false)
    expect(isReplyOf('readUsersMe', null)).toBe(false)
  })
})

const responses: Readonly<Record<string, OutgoingResponse>> = {
  '/json': {
    status: 201,
    headers: { Location: '/1' },
    mediaType: 'application/json',
    body: ['é😀'],
  },
  '/nothing': { status: 204, headers: {} },
  '/undefined': { status: 200, headers: { ETag: '"1"' }, mediaType: 'application/json' },
}

describe('send', () => {
  const unsent = Readable.from(['a,b'])
  const server = createServer((req, res) => {
    const response = responses[req.url ?? '']
    try {
      if (response) return send(res, response)
    } catch {
      return send(res, { status: 500, headers: {} })
    }
    res.writeHead(200).write('half of it')
    send(res, { status: 500, headers: {}, mediaType: 'text/csv', body: unsent })
  })
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  beforeAll(() => new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready)))
  afterAll(() => server.close())

  it('writes status, headers and body, with its length in bytes', async () => {
    const response = await rawRequest(`${url()}/json`)
    expect(response.status).toBe(201)
    expect(await response.json()).toEqual(['é😀'])
    expect([...response.headers].filter(([name]) => !/^(date|connection)$/.test(name))).toEqual([
      ['content-length', '10'],
      ['content-type', 'application/json'],
      ['location', '/1'],
    ])
  })

  it('writes no headers of a body without a body', async () => {
    const response = await rawRequest(`${url()}/nothing`)
    expect(response.status).toBe(204)
    expect(response.headers.has('content-type')).toBe(false)
  })

  it('sets no header of a response whose body is not JSON', async () => {
    const response = await rawRequest(`${url()}/undefined`)
    expect([response.status, response.headers.has('etag')]).toEqual([500, false])
  })

  it('closes the connection if a response has been started', async () => {
    await expect(fetch(`${url()}/half`).then((response) => response.text())).rejects.toThrow()
    expect(unsent.destroyed).toBe(true)
  })
})
