import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contract } from '../../generated/contract.ts'
import { rawRequest } from '../harness/raw-request.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

const origins = [
  'https://app.example.com',
  'http://localhost:3000',
  'https://*.preview.example.com',
  'capacitor://localhost',
]
const allowed = [
  ...origins.slice(0, 2),
  'https://pr-7.preview.example.com',
  'capacitor://localhost',
]
let server: TestServer
let closed: TestServer
beforeAll(async () => {
  server = await testServer({ settings: { CORS_ORIGINS: origins.join(',') } })
  closed = await testServer()
})
afterAll(() => Promise.all([server.stop(), closed.stop()]))

const from = (origin: string, path: string, { url } = server) =>
  rawRequest(`${url}${path}`, { headers: { origin } })

const preflight = (origin: string, path: string, { url } = server) =>
  rawRequest(`${url}${path}`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization',
    },
  })

const allowedOrigin = (response: Response) => response.headers.get('access-control-allow-origin')

const paths = [
  '/users/me',
  '/token',
  '/healthz',
  '/.well-known/jwks.json',
  '/openapi.yaml',
  '/nope',
]

describe('a listed origin', () => {
  it.each(paths)('may read the response of %s and its challenge [J2]', async (path) => {
    for (const origin of allowed) {
      const response = await from(origin, path)
      expect(allowedOrigin(response)).toBe(origin)
      expect(response.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate')
      expect(response.headers.get('vary')).toContain('Origin')
      expect(response.headers.get('access-control-allow-credentials')).toBeNull()
    }
  })

  it('may send a token: the preflight response lists the methods [J2]', async () => {
    const response = await preflight('http://localhost:3000', '/users/me')
    expect(response.status).toBe(204)
    expect(response.headers.get('allow')).toBe('GET, HEAD, PATCH, OPTIONS')
    expect(allowedOrigin(response)).toBe('http://localhost:3000')
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
      expect(response.headers.get('access-control-allow-methods')).toContain(method)
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization')
  })
})

describe('a page of a listed origin', () => {
  /** CORS exposes these itself (Fetch §2.2.2). */
  const alwaysExposed = ['cache-control', 'content-type', 'last-modified', 'pragma']

  /** The names of all headers below a node of the contract. */
  function headersIn(node: unknown): string[] {
    if (typeof node !== 'object' || node === null) return []
    return Object.entries(node).flatMap(([key, value]) =>
      key === 'headers' ? Object.keys(value) : headersIn(value),
    )
  }

  it('may read every response header that the contract declares [J2]', async () => {
    const { document } = contract
    const declared = headersIn([document.paths, { ...document.components, headers: {} }])
    const names = new Set(declared.map((name) => name.toLowerCase()))
    const { headers } = await from('http://localhost:3000', '/users/me')
    const exposed = headers.get('access-control-expose-headers')?.toLowerCase().split(',')
    expect(exposed?.toSorted()).toEqual(
      [...names].filter((name) => !alwaysExposed.includes(name)).toSorted(),
    )
  })
})

describe('an origin that is not listed', () => {
  const others = [
    ...['https://evil.example', 'https://app.example.com.evil.example', 'null', '*'],
    ...['http://app.example.com', 'https://app.example.com:444', 'https://APP.example.com'],
    ...['https://xapp.example.com', 'http://localhost:30000', 'http://localhost'],
    ...[
      'https://preview.example.com',
      'https://a.b.preview.example.com',
      'http://a.preview.example.com',
    ],
    ...['https://apreview.example.com', 'https://a.previewxexample.com', 'capacitor://localhostx'],
  ]

  it.each(others)('may read nothing (%s) [J2]', async (origin) => {
    for (const path of paths) expect(allowedOrigin(await from(origin, path))).toBeNull()
    expect(allowedOrigin(await preflight(origin, '/users/me'))).toBeNull()
  })

  it.each(origins)('may read nothing if no origin is listed (%s) [J2]', async (origin) => {
    for (const path of paths) expect(allowedOrigin(await from(origin, path, closed))).toBeNull()
    expect(allowedOrigin(await preflight(origin, '/users/me', closed))).toBeNull()
  })
})
