import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declaredScopes } from '../../harness/contract-operations.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const path = '/.well-known/oauth-protected-resource'

describe('GET /.well-known/oauth-protected-resource returns 200', () => {
  it('the issuer of its tokens, their scopes, and how to present them [G8]', async () => {
    const response = await server.get(path)
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('public, max-age=300')
    expect(await response.json()).toEqual({
      resource: server.url,
      authorization_servers: [server.url],
      scopes_supported: declaredScopes,
      bearer_methods_supported: ['header'],
      resource_documentation: `${server.url}/redoc`,
    })
    expect((await fetch(`${server.url}/redoc`)).status).toBe(200)
  })

  it('the aud of the tokens as the resource, if it is set [G8]', async () => {
    const AUDIENCE = 'https://api.example.com'
    const other = await testServer({ settings: { AUDIENCE } })
    expect(await (await other.get(path)).json()).toMatchObject({ resource: AUDIENCE })
    expect((await other.get('/users/me', await other.token())).status).toBe(200)
    await other.stop()
  })

  it('the documentation URL of an issuer that ends with a slash [G8]', async () => {
    const other = await testServer({ settings: { ISSUER: 'https://id.example.com/' } })
    expect(await (await other.get(path)).json()).toMatchObject({
      authorization_servers: ['https://id.example.com/'],
      resource_documentation: 'https://id.example.com/redoc',
    })
    await other.stop()
  })

  it.each([
    ['no token', undefined, 401],
    ['an invalid token', 'garbage', 401],
    ['a malformed header', 'a b', 400],
  ])('at the URL in the challenge for %s [G8]', async (_what, token, status) => {
    const refused = await server.get('/users/me', token)
    expect(refused.status).toBe(status)
    expect(await metadataFrom(refused)).toMatchObject({ authorization_servers: [server.url] })
  })

  it('at the URL in the challenge for a token without the scope [G8]', async () => {
    const refused = await server.get('/users/me', await server.token({ scope: 'items:read' }))
    expect(refused.status).toBe(403)
    expect(await metadataFrom(refused)).toMatchObject({ authorization_servers: [server.url] })
  })
})

describe('GET /.well-known/oauth-protected-resource returns 400', () => {
  it('for an unknown parameter [J1, G8]', async () => {
    await expectProblem(await server.get(`${path}?resource=x`), 400, 'invalid_request')
  })
})

/** The metadata at the URL in the challenge. */
async function metadataFrom(refused: Response): Promise<unknown> {
  const header = refused.headers.get('www-authenticate') ?? ''
  const [, url = ''] = /^Bearer resource_metadata="([^"]+)"/.exec(header) ?? []
  return (await fetch(url)).json()
}
