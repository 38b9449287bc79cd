import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rawRequest } from '../harness/raw-request.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { formType } from '../harness/token-request.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const requests: readonly (readonly [method: string, path: string, status: number])[] = [
  ['GET', '/healthz', 200],
  ['HEAD', '/healthz', 200],
  ['GET', '/.well-known/jwks.json', 200],
  ['GET', '/', 302],
  ['GET', '/redoc', 200],
  ['GET', '/docs', 200],
  ['GET', '/openapi.yaml', 200],
  ['OPTIONS', '/users/me', 204],
  ['POST', '/token', 400],
  ['GET', '/healthz?x=1', 400],
  ['GET', '/users/me', 401],
  ['GET', '/nope', 404],
  ['TRACE', '/token', 405],
  ['PUT', '/users/me', 405],
]

describe('every response', () => {
  it.each(requests)(
    'has the headers that protect a browser (%s %s, %i) [J2]',
    async (method, path, status) => {
      const response = await rawRequest(`${server.url}${path}`, { method })
      expect(response.status).toBe(status)
      const { headers } = response
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'/)
      expect(headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/)
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-xss-protection')).toBe('0')
      expect(headers.get('x-powered-by')).toBeNull()
      expect(headers.get('server')).toBeNull()
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    },
  )

  it('has them with 413 and 503 too [J2]', async () => {
    const other = await testServer()
    await other.services.store.close()
    const large = await rawRequest(`${other.url}/token`, {
      method: 'POST',
      headers: formType,
      body: 'x'.repeat(70_000),
    })
    const down = await other.get('/readyz')
    await other.stop()
    expect([large.status, down.status]).toEqual([413, 503])
    for (const { headers } of [large, down]) {
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'/)
    }
  })

  it.each([
    ['http://id.example.com', 'off', null],
    ['http://id.example.com', 'on', null],
    ['https://id.example.com', 'off', 'max-age=31536000'],
    ['https://id.example.com', 'on', 'max-age=31536000; includeSubDomains'],
  ])(
    'requires https if the issuer is https, of subdomains by setting (%s, %s) [J2]',
    async (ISSUER, HSTS_SUBDOMAINS, expected) => {
      const other = await testServer({ settings: { ISSUER, HSTS_SUBDOMAINS }, empty: true })
      for (const path of ['/healthz', '/docs', '/nope'])
        expect((await other.get(path)).headers.get('strict-transport-security')).toBe(expected)
      await other.stop()
    },
  )

  it('does not require https of a server without ISSUER, which is not https [J2]', async () => {
    const { headers } = await server.get('/healthz')
    expect(headers.get('strict-transport-security')).toBeNull()
  })

  it('has a new request id, whatever the client sends', async () => {
    const headers = { 'x-request-id': 'forged' }
    const response = await rawRequest(`${server.url}/healthz`, { headers })
    expect(response.headers.get('x-request-id')).not.toBe('forged')
  })
})
