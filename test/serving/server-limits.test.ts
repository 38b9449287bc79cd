/** J7 and J5: hostile input that is not a complete request. */
import { once } from 'node:events'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { titleOf } from '../harness/contract-problems.ts'
import { nextRequest } from '../harness/http-events.ts'
import { converse } from '../harness/raw-request.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

/** Matches everything that was received: one response, a Problem, and the end of the connection. */
function expectUnreadable(said: string, status: 400 | 408 | 431): void {
  const title = titleOf(status)
  const [head = '', body = ''] = said.split('\r\n\r\n')
  const [statusLine, ...headers] = head.split('\r\n')
  expect(statusLine).toBe(`HTTP/1.1 ${status} ${title}`)
  expect(headers).toEqual(
    expect.arrayContaining([
      'Content-Type: application/problem+json',
      `Content-Length: ${body.length}`,
      'Cache-Control: no-store',
      'Connection: close',
    ]),
  )
  expect(JSON.parse(body)).toEqual({
    type: '/problems#unreadable_request',
    title,
    status,
    code: 'unreadable_request',
    detail: 'The request cannot be read',
  })
}

const get = 'GET /healthz HTTP/1.1\r\nHost: a\r\n'
const post =
  'POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n'
const unreadable = [
  ['no HTTP', 'HELO example.com\r\n\r\n'],
  ['an unknown method', 'BURN /healthz HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a header without a colon', `${get}Hello\r\n\r\n`],
  ['a header with a NUL', `${get}X: a\u0000b\r\n\r\n`],
  ['a length that is not a number', `${post}Content-Length: many\r\n\r\n`],
  ['two lengths', `${post}Content-Length: 1\r\nContent-Length: 2\r\n\r\na`],
  [
    'a length and chunks',
    `${post}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ],
  ['a chunk without a length', `${post}Transfer-Encoding: chunked\r\n\r\nmany\r\n`],
] as const
const overlong = [
  ['one header of 64 KiB', `${get}X-Big: ${'a'.repeat(65_536)}\r\n\r\n`],
  ['64 KiB of small headers', `${get}${'X-Small: a\r\n'.repeat(5_461)}\r\n`],
  ['a path of 64 KiB', `GET /${'a'.repeat(65_536)} HTTP/1.1\r\nHost: a\r\n\r\n`],
] as const

describe('The server returns 400', () => {
  it.each(unreadable)('as a Problem to %s [J5]', async (_, request) => {
    expectUnreadable(await converse(server.url, request), 400)
  })
})

describe('The server returns 431', () => {
  it.each(overlong)('as a Problem to %s [J7]', async (_, request) => {
    expectUnreadable(await converse(server.url, request), 431)
  })

  it('to a client that reads only after it has written [J7]', async () => {
    const headers = { 'x-big': 'a'.repeat(65_536) }
    expect((await fetch(`${server.url}/healthz`, { headers })).status).toBe(431)
  })
})

describe('The server returns 408', () => {
  let http: Server
  let limits: Pick<Server, 'headersTimeout' | 'requestTimeout'>
  beforeAll(async () => {
    const accepted = nextRequest()
    await server.get('/healthz')
    http = (await accepted).server
    const { headersTimeout, requestTimeout } = http
    limits = { headersTimeout, requestTimeout }
    Object.assign(http, { headersTimeout: 100, requestTimeout: 200 })
  })
  afterAll(() => void Object.assign(http, limits))

  it('within 15 seconds, shortened for this test [J7]', () => {
    expect(limits).toEqual({ headersTimeout: 10_000, requestTimeout: 15_000 })
  })

  it.concurrent.each([
    ['a head', get],
    ['a body', `${post}Content-Length: 100\r\n\r\nusername=`],
    ['a body in chunks', `${post}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n`],
  ])('as a Problem to %s that does not end [J7]', async (_, request) => {
    expectUnreadable(await converse(server.url, request), 408)
  })

  it('and closes the connection, even if the client does not [J7]', async () => {
    const { hostname, port } = new URL(server.url)
    const client = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    const accepted = nextRequest()
    client.write(`${post}Content-Length: 100\r\n\r\nusername=`)
    const { socket } = await accepted
    const closed = once(socket, 'close')
    let said = ''
    client.setEncoding('utf8').on('data', (chunk) => {
      said += chunk
    })
    await once(client, 'end')
    expectUnreadable(said, 408)
    await closed
    client.destroy()
  }, 10_000)
})

describe('The server responds itself, instead of Node,', () => {
  it.each([
    ['a request without Host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['an unknown expectation', `${get}Expect: wonders\r\nConnection: close\r\n\r\n`, 200],
  ])('to %s [J1]', async (_, request, status) => {
    const said = await converse(server.url, request)
    const type = status === 200 ? 'application/json' : 'application/problem+json'
    expect(said).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(said).toContain(`\r\nContent-Type: ${type}\r\n`)
  })
})

describe('After all that, the server', () => {
  it('works as before [J7]', async () => {
    expect((await server.get('/healthz')).status).toBe(200)
  })
})
