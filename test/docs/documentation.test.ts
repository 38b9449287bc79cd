import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectProblem } from '../harness/error-answers.ts'
import { rawRequest } from '../harness/raw-request.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ empty: true })
})
afterAll(() => server.stop())

describe('GET /openapi.yaml', () => {
  it('is the contract as it was written, to the byte', async () => {
    const response = await server.get('/openapi.yaml')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/yaml')
    const written = readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8')
    expect(await response.text()).toBe(written)
  })
})

describe('GET /redoc', () => {
  it('is a page that loads what this server has, and nothing else', async () => {
    const response = await server.get('/redoc')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const page = await response.text()
    const addresses = [...page.matchAll(/(?:src|href|url)="([^"]*)"/g)].map(([, url = '']) => url)
    expect(addresses).toEqual(
      expect.arrayContaining(['/openapi.yaml', '/redoc/redoc.standalone.js']),
    )
    for (const address of addresses.filter((url) => !url.startsWith('data:'))) {
      expect((await server.get(address)).status).toBe(200)
    }
  })

  it('is held to that by its policy', async () => {
    const response = await server.get('/redoc')
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/^default-src 'none'; /)
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe/)
  })

  it('has its script from the server, which leaves the foreign logo alone', async () => {
    const response = await server.get('/redoc/redoc.standalone.js')
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    const script = await response.text()
    expect(script.length).toBeGreaterThan(500_000)
    expect(script).not.toContain('cdn.redoc.ly')
  })
})

describe('the documentation', () => {
  it.each(['/openapi.yaml', '/redoc', '/redoc/redoc.standalone.js'])(
    'answers HEAD as GET, without the body (%s)',
    async (path) => {
      const url = `${server.url}${path}`
      const [head, get] = await Promise.all([rawRequest(url, { method: 'HEAD' }), rawRequest(url)])
      expect(await head.text()).toBe('')
      for (const name of ['content-type', 'content-length', 'cache-control']) {
        expect(get.headers.get(name)).not.toBeNull()
        expect(head.headers.get(name)).toBe(get.headers.get(name))
      }
    },
  )

  it.each(['POST', 'PUT', 'DELETE', 'TRACE'])('D10 answers 405 to %s', async (method) => {
    const response = await rawRequest(`${server.url}/redoc`, { method })
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
    await expectProblem(response, 405, 'method_not_allowed')
  })

  it('D10 answers OPTIONS with 204 and the methods that it has', async () => {
    const response = await rawRequest(`${server.url}/redoc`, { method: 'OPTIONS' })
    expect(response.status).toBe(204)
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
  })
})
