import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { converse } from '../harness/raw-request.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const ask = (target: string) =>
  converse(server.url, `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)

describe('a request target in absolute form', () => {
  it.each(['http://evil.example/healthz', 'HTTP://evil.example/healthz'])(
    '%s is treated as its path',
    async (target) => {
      expect(await ask(target)).toMatch(/^HTTP\/1\.1 200 [\s\S]*\{"status":"alive"\}$/)
    },
  )

  it('returns 404 for an unknown path, and redirects an empty path to the reference on this server [D10, G9]', async () => {
    expect(await ask('http://evil.example/nowhere')).toMatch(/^HTTP\/1\.1 404 /)
    for (const target of ['http://evil.example', 'http://evil.example?a=b']) {
      const response = await ask(target)
      expect(response).toMatch(/^HTTP\/1\.1 302 /)
      expect(response).toMatch(/^Location: \/redoc\r$/m)
    }
  })
})
