/** Responses that are sent in front of the app have what the app adds: security headers, CORS, a request id, a log line. */
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nextListening } from '../harness/http-events.ts'
import { logLines } from '../harness/log-lines.ts'
import { converse, rawRequest } from '../harness/raw-request.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

const origin = 'https://app.example.com'
const settings = { CORS_ORIGINS: origin, ISSUER: 'https://id.example.com' }

let server: TestServer
let early: { response: Response; preflight: Response }
beforeAll(async () => {
  const listening = nextListening()
  const starting = Promise.withResolvers<void>()
  const started = testServer({ settings, prepare: () => starting.promise, empty: true })
  const { port } = (await listening).address() as AddressInfo
  const [response, preflight] = await Promise.all([
    rawRequest(`http://127.0.0.1:${port}/users/me?x=1`, { headers: { origin } }),
    rawRequest(`http://127.0.0.1:${port}/users/me`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
      },
    }),
  ])
  early = { response, preflight }
  starting.resolve()
  server = await started
})
afterAll(() => server.stop())

/** The headers that the app adds to every response. */
async function common(): Promise<Headers> {
  const { headers } = await rawRequest(`${server.url}/nope`, { headers: { origin } })
  for (const name of ['date', 'connection', 'content-type', 'content-length', 'vary'])
    headers.delete(name)
  return headers
}

async function expectCommon(response: Response, others: Record<string, string> = {}) {
  const expected = {
    ...Object.fromEntries(await common()),
    'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    ...others,
  }
  expect(Object.fromEntries(response.headers)).toMatchObject(expected)
  const requestId = response.headers.get('x-request-id')
  const lines = () => logLines(server.log()).filter((line) => line.requestId === requestId)
  await expect.poll(lines).toMatchObject([{ status: response.status }])
}

describe('a response during the start', () => {
  it('has the headers of all others, and a line in the log with the reason [J2]', async () => {
    expect(early.response.status).toBe(503)
    await expectCommon(early.response)
    const requestId = early.response.headers.get('x-request-id')
    expect(logLines(server.log()).find((line) => line.requestId === requestId)).toMatchObject({
      level: 40,
      path: '/users/me',
      code: 'temporarily_unavailable',
      cause: 'The server is starting',
      address: '127.0.0.1',
    })
  })

  it('can be read by a page that sends a token: its preflight request succeeds [J2, D12]', async () => {
    const { status, headers } = early.preflight
    expect(status).toBe(204)
    expect(headers.get('allow')).toBe('GET, HEAD, PATCH, OPTIONS')
    expect(headers.get('accept-patch')).toBe('application/json, application/merge-patch+json')
    expect(headers.get('access-control-allow-origin')).toBe(origin)
    expect(headers.get('access-control-allow-headers')).toBe('authorization')
  })
})

describe("a response of Node's HTTP parser", () => {
  const unread = async (request: string, { url } = server) => {
    const [head = ''] = (await converse(url, request)).split('\r\n\r\n')
    const [line = '', ...lines] = head.split('\r\n')
    const headers = lines.map((text) => text.split(': ', 2) as [string, string])
    return new Response(null, { status: Number(line.split(' ')[1]), headers })
  }
  const start = `GET /users/me HTTP/1.1\r\nHost: a\r\nOrigin: ${origin}\r\n`

  it.each([
    [431, `${start}Authorization: Bearer ${'a'.repeat(20_000)}\r\n\r\n`],
    [400, `${start}Hello\r\n\r\n`],
  ])(
    'has the headers of all others, and any page may read it (%i) [J2]',
    async (status, request) => {
      const response = await unread(request)
      expect(response.status).toBe(status)
      await expectCommon(response, { 'access-control-allow-origin': '*' })
    },
  )

  it('can be read by no page if no origin is listed [J2]', async () => {
    const closed = await testServer({ empty: true })
    const { headers } = await unread(`${start}Hello\r\n\r\n`, closed)
    await closed.stop()
    expect(headers.get('access-control-allow-origin')).toBeNull()
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })
})
