import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { expectProblem } from '../harness/error-responses.ts'
import { rawRequest } from '../harness/raw-request.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ empty: true })
})
afterAll(() => server.stop())

const yaml = readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8')
const pages = ['/redoc', '/docs']
const files = [
  '/openapi.yaml',
  '/openapi.json',
  '/redoc/redoc.standalone.js',
  '/redoc/start.js',
  '/redoc/curl-samples.js',
  '/docs/swagger-ui-bundle.js',
  '/docs/swagger-ui.css',
  '/docs/start.js',
]

describe('the contract', () => {
  it('is served as /openapi.yaml, byte for byte', async () => {
    const response = await server.get('/openapi.yaml')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/yaml')
    expect(await response.text()).toBe(yaml)
  })

  it('is served as /openapi.json', async () => {
    const response = await server.get('/openapi.json')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toEqual(parse(yaml))
  })
})

describe.each(pages)('GET %s', (path) => {
  it('loads files of this server only', async () => {
    const response = await server.get(path)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const html = await response.text()
    const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url = '']) => url)
    expect(addresses).toContain(`${path}/start.js`)
    for (const address of addresses.filter((url) => !url.startsWith('data:'))) {
      expect([address, (await server.get(address)).status]).toEqual([address, 200])
    }
  })

  it('allows no other host in its Content-Security-Policy', async () => {
    const response = await server.get(path)
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; connect-src 'self'; /)
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/)
  })
})

describe('a large file', () => {
  const bundles = [
    '/redoc/redoc.standalone.js',
    '/docs/swagger-ui-bundle.js',
    '/docs/swagger-ui.css',
  ]
  const codings = [
    ...bundles.flatMap((path) => [[path, 'br'] as const, [path, 'gzip'] as const]),
    ['/openapi.json', 'gzip'] as const,
    ['/openapi.yaml', 'gzip'] as const,
  ]
  const get = (path: string, coding: string) =>
    fetch(`${server.url}${path}`, { headers: { 'accept-encoding': coding } })

  it.each(codings)('is compressed for a client that accepts it (%s, %s)', async (path, coding) => {
    const [plain, response] = await Promise.all([get(path, 'identity'), get(path, coding)])
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(response.headers.get('content-encoding')).toBe(coding)
    const length = Number(response.headers.get('content-length'))
    expect(length).toBeLessThan(0.4 * Number(plain.headers.get('content-length')))
    expect((await response.text()) === (await plain.text())).toBe(true)
    for (const { headers } of [plain, response]) expect(headers.get('vary')).toBe('Accept-Encoding')
    expect(response.headers.get('etag')).not.toBe(plain.headers.get('etag'))
  })

  it.each([
    ['gzip, deflate, br', 'br'],
    ['gzip, deflate', 'gzip'],
    ['*', 'br'],
    ['br;q=0, gzip', 'gzip'],
    ['deflate', null],
    ['identity, gzip;q=0', null],
  ])('has the best coding of Accept-Encoding: %s', async (accepted, coding) => {
    const headers = { 'accept-encoding': accepted }
    const response = await rawRequest(`${server.url}${bundles[0]}`, { method: 'HEAD', headers })
    expect(response.headers.get('content-encoding')).toBe(coding)
  })

  it('returns 304 to the tag of a coding, weakened by a proxy or not', async () => {
    const url = `${server.url}${bundles[0]}`
    const etag = (await get('/redoc/redoc.standalone.js', 'br')).headers.get('etag') ?? ''
    for (const tag of [etag, `W/${etag}`]) {
      const headers = { 'accept-encoding': 'br', 'if-none-match': tag }
      const response = await rawRequest(url, { headers })
      expect(response.status).toBe(304)
      expect(response.headers.get('vary')).toBe('Accept-Encoding')
    }
  })

  it('is cached forever under the address that a page uses, and revalidated under any other', async () => {
    for (const page of pages) {
      const html = await (await server.get(page)).text()
      const addresses = html.match(/(?<=(src|href)=")[^"]*\?[^"]*/g) ?? []
      expect(addresses.length).toBeGreaterThan(0)
      for (const address of addresses) {
        const cacheControl = async (url: string) =>
          (await server.get(url)).headers.get('cache-control')
        expect(await cacheControl(address)).toBe('max-age=31536000, immutable')
        expect(await cacheControl(`${address}x`)).toBe('no-cache')
      }
    }
  })
})

describe('the scripts', () => {
  it.each(files.filter((file) => file.endsWith('.js')))(
    'are served as JavaScript (%s)',
    async (path) => {
      const response = await server.get(path)
      expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
      expect((await response.text()).length).toBeGreaterThan(500)
    },
  )

  it('do not load the logo of Redoc from another host', async () => {
    expect(await (await server.get('/redoc/redoc.standalone.js')).text()).not.toContain(
      'cdn.redoc.ly',
    )
  })
})

describe('GET /', () => {
  it('redirects to the reference', async () => {
    const response = await rawRequest(`${server.url}/`)
    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toBe('/redoc')
  })
})

describe('the documentation', () => {
  it.each([...pages, ...files])('returns the headers of GET for HEAD (%s)', async (path) => {
    const url = `${server.url}${path}`
    const [head, get] = await Promise.all([rawRequest(url, { method: 'HEAD' }), rawRequest(url)])
    expect(await head.text()).toBe('')
    for (const name of ['content-type', 'content-length', 'cache-control', 'etag']) {
      expect(get.headers.get(name)).not.toBeNull()
      expect(head.headers.get(name)).toBe(get.headers.get(name))
    }
  })

  it.each([...pages, ...files])('returns 304 if the ETag matches (%s)', async (path) => {
    const url = `${server.url}${path}`
    const etag = (await rawRequest(url)).headers.get('etag') ?? ''
    const again = await rawRequest(url, { headers: { 'if-none-match': etag } })
    expect([again.status, await again.text()]).toEqual([304, ''])
    const other = await rawRequest(url, { headers: { 'if-none-match': '"other"' } })
    expect(other.status).toBe(200)
  })

  it.each([
    '/redoc/x',
    '/redoc/',
    '/docs/',
    '/openapi.json/',
    '/docs/start',
    '/Docs',
    '/docs//',
    '/openapi',
    '/generated',
  ])('has no other paths (%s)', async (path) => {
    await expectProblem(await rawRequest(`${server.url}${path}`), 404, 'not_found')
  })

  it.each(['POST', 'PUT', 'DELETE', 'TRACE'])('returns 405 for %s [D10]', async (method) => {
    for (const path of ['/', ...pages, '/openapi.json']) {
      const response = await rawRequest(`${server.url}${path}`, { method })
      expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
      await expectProblem(response, 405, 'method_not_allowed')
    }
  })

  it.each(['/', ...pages, '/openapi.json'])(
    'returns 204 for OPTIONS, with the methods in Allow (%s) [D10]',
    async (path) => {
      const response = await rawRequest(`${server.url}${path}`, { method: 'OPTIONS' })
      expect(response.status).toBe(204)
      expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
    },
  )
})
