import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { converse } from './harness/raw-request.ts'
import { type TestServer, testServer } from './harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const request = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'
const last = 'GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'

describe('requests that do not wait for their answers', () => {
  it('are answered in order, sixteen of them', async () => {
    const answers = await converse(server.url, ...Array.from({ length: 15 }, () => request), last)
    expect(answers.match(/HTTP\/1\.1 200 /g)).toHaveLength(16)
  })

  it('J7 end the connection where there are more', async () => {
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
})
