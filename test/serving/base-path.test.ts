/** The server below the path of ISSUER. A proxy that keeps the path sends `/auth/token`; one that removes it sends `/token`. */
import { readFileSync } from 'node:fs'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createClient } from '../../src/client/index.ts'
import { contractFile } from '../../src/docs/locations.ts'
import { freePort } from '../harness/embedded-postgres.ts'
import { expectProblem } from '../harness/error-responses.ts'
import { logLines } from '../harness/log-lines.ts'
import { rawRequest } from '../harness/raw-request.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

/** The tests have no certificate. */
const insecure = { [oauth.allowInsecureRequests]: true }

let server: TestServer
let issuer: string
beforeAll(async () => {
  const PORT = String(await freePort())
  issuer = `http://127.0.0.1:${PORT}/auth`
  server = await testServer({ settings: { PORT, ISSUER: issuer, REGISTRATION: 'open' } })
})
afterAll(() => server.stop())

const json = { 'content-type': 'application/json' }
const metadataAt = '/.well-known/oauth-protected-resource/auth'

describe.each([
  ['keeps', '/auth'],
  ['removes', ''],
])('behind a proxy that %s the path', (_, prefix) => {
  it('Location and Link lead to what they name [G10]', async () => {
    const token = await server.token()
    const authorization = `Bearer ${token}`
    const create = (item_id: string) =>
      rawRequest(`${server.url}${prefix}/users/me/items`, {
        method: 'POST',
        headers: { authorization, ...json },
        body: JSON.stringify({ item_id }),
      })
    const created = [await create(`a${prefix.length}`), await create(`b${prefix.length}`)]
    for (const { status, headers } of created) {
      const location = headers.get('location') ?? ''
      expect([status, location]).toEqual([
        201,
        expect.stringMatching(/^\/auth\/users\/me\/items\//),
      ])
      expect((await server.get(location, token)).status).toBe(200)
    }
    const page = await server.get(`${prefix}/users/me/items?limit=1`, token)
    const [, next = ''] = /^<(\/auth\/.*)>; rel="next"$/.exec(page.headers.get('link') ?? '') ?? []
    expect((await server.get(next, token)).status).toBe(200)
  })

  it('registration names the new account [G10]', async () => {
    const body = JSON.stringify({
      username: `user${prefix.length}`,
      password: 'seven green turtles at noon',
    })
    const response = await rawRequest(`${server.url}${prefix}/users`, {
      method: 'POST',
      headers: json,
      body,
    })
    expect(response.headers.get('location')).toMatch(/^\/auth\/users\/u_/)
  })

  it('a challenge leads to the metadata [G8, G10]', async () => {
    const refused = await server.get(`${prefix}/users/me`)
    const [, url = ''] =
      /resource_metadata="([^"]*)"/.exec(refused.headers.get('www-authenticate') ?? '') ?? []
    expect(url).toBe(`${server.url}${metadataAt}`)
    expect(await (await fetch(url)).json()).toMatchObject({
      resource: issuer,
      authorization_servers: [issuer],
    })
  })

  it.each(['/redoc', '/docs'])('%s loads files below the path only [G10]', async (page) => {
    const html = await (await server.get(`${prefix}${page}`)).text()
    const addresses = [...html.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, url = '']) => url)
    expect(addresses.length).toBeGreaterThan(1)
    for (const address of addresses) {
      expect(address).toMatch(/^\/auth\//)
      expect([address, (await server.get(address)).status]).toEqual([address, 200])
    }
  })

  it('its root redirects to the reference below the path [G10]', async () => {
    const { headers } = await rawRequest(`${server.url}${prefix}/`)
    expect(headers.get('location')).toBe('/auth/redoc')
  })

  it('the contract names the path in servers and tokenUrl [G10]', async () => {
    const json = await (await server.get(`${prefix}/openapi.json`)).json()
    expect(parse(await (await server.get(`${prefix}/openapi.yaml`)).text())).toEqual(json)
    const unchanged = parse(readFileSync(contractFile, 'utf8'))
    const { OAuth2 } = unchanged.components.securitySchemes
    unchanged.servers[0].url = '/auth'
    OAuth2.flows.password.tokenUrl = '/auth/token'
    expect(json).toEqual(unchanged)
  })

  it('serves a path of the contract once in the log, without the path [G10]', async () => {
    const response = await server.get(`${prefix}/healthz?x=1`)
    expect(response.status).toBe(400)
    const requestId = response.headers.get('x-request-id')
    const lines = () => logLines(server.log()).filter((line) => line.requestId === requestId)
    await expect
      .poll(lines)
      .toMatchObject([{ path: '/healthz', operationId: 'readLiveness', status: 400 }])
  })
})

describe('a client that knows only the issuer', () => {
  it('discovers the endpoints with oauth4webapi, and the resource [G7, G8, G10]', async () => {
    const url = new URL(issuer)
    const found = await oauth.discoveryRequest(url, { algorithm: 'oauth2', ...insecure })
    const as = await oauth.processDiscoveryResponse(url, found)
    expect(as).toMatchObject({ issuer, token_endpoint: `${issuer}/token` })
    const resource = await oauth.resourceDiscoveryRequest(url, insecure)
    expect(await oauth.processResourceDiscoveryResponse(url, resource)).toMatchObject({
      resource: issuer,
    })
    for (const endpoint of [as.jwks_uri, as.service_documentation])
      expect((await fetch(endpoint ?? '')).status).toBe(200)
  })

  it('discovers them as a verifier of OpenID Connect [G7, G10]', async () => {
    const url = new URL(issuer)
    const found = await oauth.discoveryRequest(url, { algorithm: 'oidc', ...insecure })
    expect(await oauth.processDiscoveryResponse(url, found)).toMatchObject({ issuer })
    expect((await server.get('/.well-known/openid-configuration/auth')).status).toBe(200)
  })

  it('logs in with @tessera-oauth/client [G10]', async () => {
    const client = createClient({ baseUrl: issuer })
    await client.logIn({ username: 'johndoe', password: 'secret123' })
    expect((await client.GET('/users/me')).data?.username).toBe('johndoe')
    await client.logOut()
  })
})

describe('other paths', () => {
  it.each([
    '/authx/healthz',
    '/AUTH/healthz',
    '/other/healthz',
    '/auth/auth/healthz',
    '/.well-known/jwks.json/auth',
    '/.well-known/oauth-authorization-server/other',
    '/auth//healthz',
  ])('are not found (%s) [D10, G10]', async (path) => {
    await expectProblem(await rawRequest(`${server.url}${path}`), 404, 'not_found')
  })

  it('of a server without a path in ISSUER stay as they are [G10]', async () => {
    const root = await testServer({ empty: true })
    const found = await root.get(metadataAt)
    await root.stop()
    expect(found.status).toBe(404)
  })
})

describe('ISSUER', () => {
  it('with a path and a slash at its end has the same paths [G10]', async () => {
    const other = await testServer({
      settings: { ISSUER: 'https://id.example.com/a/b/' },
      empty: true,
    })
    const refused = await other.get('/a/b/users/me')
    await other.stop()
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer resource_metadata="https://id.example.com/.well-known/oauth-protected-resource/a/b"',
    )
  })

  it.each(['users', 'docs', 'token/x'])(
    'must not begin with a path of the server: /%s [G10]',
    async (path) => {
      const started = testServer({ settings: { ISSUER: `https://id.example.com/${path}` } })
      await expect(started).rejects.toThrow(/^the path of ISSUER must not begin with /)
    },
  )
})
