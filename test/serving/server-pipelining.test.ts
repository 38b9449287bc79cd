import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { converse } from '../harness/raw-request.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const request = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'
const form = 'username=johndoe&password=secret123'
const post =
  'POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n'
const login = `${post}Content-Length: ${form.length}\r\n\r\n${form}`
const last = 'GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'

describe('pipelined requests', () => {
  it('get their responses in order, up to sixteen', async () => {
    const received = await converse(server.url, ...Array.from({ length: 15 }, () => request), last)
    expect(received.match(/HTTP\/1\.1 200 /g)).toHaveLength(16)
  })

  it('close the connection if there are more [J7]', async () => {
    const { hostname, port } = new URL(server.url)
    const client = connect(Number(port), hostname)
    const closed = new Promise((done) => client.once('close', done))
    client.on('error', () => {})
    client.pause()
    client.write(request.repeat(500))
    client.resume()
    await closed
    expect((await server.get('/healthz')).status).toBe(200)
  })

  it.each([
    ['that is not HTTP', 'X\r\n\r\n'],
    ['whose body cannot be read', `${post}Transfer-Encoding: chunked\r\n\r\nmany\r\n`],
  ])('get their responses before one %s gets 400 [J5]', async (_, unreadable) => {
    const said = await converse(server.url, login, request, unreadable)
    expect(said.match(/HTTP\/1\.1 \d+ /g)).toEqual([
      'HTTP/1.1 200 ',
      'HTTP/1.1 200 ',
      'HTTP/1.1 400 ',
    ])
    expect(said).toContain('"access_token":')
    expect(said).toMatch(/"code":"unreadable_request"[^}]*}$/)
  })

  it('end with the request that closes the connection, whatever follows', async () => {
    const said = await converse(server.url, request, last, 'X\r\n\r\n')
    expect(said.match(/HTTP\/1\.1 \d+ /g)).toEqual(['HTTP/1.1 200 ', 'HTTP/1.1 200 '])
  })
})
