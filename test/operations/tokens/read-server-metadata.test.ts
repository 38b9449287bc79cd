import { readFileSync } from 'node:fs'
import { decodeJwt } from 'jose'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { contractOperations, declaredScopes } from '../../harness/contract-operations.ts'
import { rawRequest } from '../../harness/raw-request.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { basic, postForm } from '../../harness/token-request.ts'
import { volatileFolder } from '../../harness/volatile-folder.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const path = '/.well-known/oauth-authorization-server'
const metadata = async (from = server) => JSON.parse(await (await from.get(path)).text())
/** The path of an operation in the contract. */
const pathOf = (operationId: string) =>
  contractOperations.find((operation) => operation.operationId === operationId)?.path

describe('GET /.well-known/oauth-authorization-server returns 200', () => {
  it('the issuer, the endpoints of openapi.yaml and what each accepts [G7]', async () => {
    const response = await server.get(path)
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('public, max-age=300')
    expect(await response.json()).toEqual({
      issuer: server.url,
      token_endpoint: `${server.url}${pathOf('issueToken')}`,
      revocation_endpoint: `${server.url}${pathOf('revokeToken')}`,
      introspection_endpoint: `${server.url}${pathOf('introspectToken')}`,
      jwks_uri: `${server.url}${pathOf('readJwks')}`,
      scopes_supported: declaredScopes,
      response_types_supported: [],
      grant_types_supported: ['password', 'refresh_token'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      revocation_endpoint_auth_methods_supported: [
        ...['client_secret_basic', 'client_secret_post', 'none'],
      ],
      introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      service_documentation: `${server.url}/redoc`,
    })
  })

  it('the example of openapi.yaml, except for the URLs [G7]', async () => {
    const contract = parse(readFileSync(new URL('../../../openapi.yaml', import.meta.url), 'utf8'))
    const example = JSON.stringify(contract.components.examples.serverMetadata.value)
    expect(await metadata()).toEqual(
      JSON.parse(example.replaceAll('http://127.0.0.1:8000', server.url)),
    )
  })

  it('working endpoints, each with its authentication methods [G7]', async () => {
    const found = await metadata()
    const ways: Record<string, [form: Record<string, string>, headers: Record<string, string>]> = {
      client_secret_basic: [{}, basic('demo-service:demo-service-secret')],
      client_secret_post: [{ client_id: 'demo-service', client_secret: 'demo-service-secret' }, {}],
      none: [{ client_id: 'tessera' }, {}],
    }
    const forms = {
      token: { username: 'johndoe', password: 'secret123' },
      revocation: { token: 'x' },
      introspection: { token: 'x' },
    }
    for (const [endpoint, form] of Object.entries(forms)) {
      for (const [way, [client, headers]] of Object.entries(ways)) {
        const url: string = found[`${endpoint}_endpoint`]
        const { status } = await postForm({ url }, '', { ...form, ...client }, headers)
        const isNamed = found[`${endpoint}_endpoint_auth_methods_supported`].includes(way)
        expect({ endpoint, way, status }).toEqual({ endpoint, way, status: isNamed ? 200 : 401 })
      }
    }
    for (const url of [found.jwks_uri, found.service_documentation]) {
      expect((await fetch(url)).status).toBe(200)
    }
  })

  it('the issuer setting, identical to the iss of the tokens [G7]', async () => {
    const ISSUER = 'https://id.example.com/tenant'
    const other = await testServer({ settings: { ISSUER } })
    const { issuer, token_endpoint } = await metadata(other)
    expect([issuer, decodeJwt(await other.token()).iss]).toEqual([ISSUER, ISSUER])
    expect(token_endpoint).toBe(`${ISSUER}/token`)
    await other.stop()
  })

  it('endpoints without a double slash if the issuer ends with a slash [G7]', async () => {
    const ISSUER = 'https://id.example.com/'
    const other = await testServer({ settings: { ISSUER } })
    const { issuer, ...urls } = await metadata(other)
    await other.stop()
    expect(issuer).toBe(ISSUER)
    expect(urls).toMatchObject({
      token_endpoint: 'https://id.example.com/token',
      jwks_uri: 'https://id.example.com/.well-known/jwks.json',
    })
  })

  it('the endpoints that need mail, if the server sends mails [K65]', async () => {
    const other = await testServer({ settings: { MAIL_DIR: volatileFolder('mails-') } })
    expect(await metadata(other)).toMatchObject({
      password_reset_endpoint: `${other.url}${pathOf('requestPasswordReset')}`,
      password_reset_completion_endpoint: `${other.url}${pathOf('resetPassword')}`,
      email_confirmation_endpoint: `${other.url}${pathOf('confirmEmail')}`,
      email_restoration_endpoint: `${other.url}${pathOf('restoreEmail')}`,
    })
    await other.stop()
    const mailing = Object.keys(await metadata()).filter((name) => /reset|email/.test(name))
    expect(mailing).toEqual([])
  })

  it('the same for every Host and X-Forwarded-Host [G9]', async () => {
    const evil = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '1',
      forwarded: 'host=evil.example;proto=https',
    }
    const paths = [path, '/.well-known/oauth-protected-resource', '/users/me', '/nowhere']
    for (const each of paths) {
      const [honest, claimed] = await Promise.all(
        [{}, evil].map((headers) => rawRequest(`${server.url}${each}`, { headers })),
      )
      expect(await claimed?.text()).toBe(await honest?.text())
      expect(JSON.stringify([...(claimed?.headers ?? [])])).not.toContain('evil')
      const challenges = [claimed, honest].map((answer) => answer?.headers.get('www-authenticate'))
      expect(challenges[0]).toBe(challenges[1])
    }
    const body = 'username=johndoe&password=secret123'
    const headers = { ...evil, 'content-type': 'application/x-www-form-urlencoded' }
    const issued = await rawRequest(`${server.url}/token`, { method: 'POST', headers, body })
    const { access_token } = JSON.parse(await issued.text())
    expect(decodeJwt(access_token)).toMatchObject({ iss: server.url, aud: server.url })
    const shown = await rawRequest(`${server.url}/introspect`, {
      method: 'POST',
      headers: { ...headers, ...basic('demo-service:demo-service-secret') },
      body: `token=${access_token}`,
    })
    expect(await shown.json()).toMatchObject({ active: true, iss: server.url, aud: server.url })
  })
})

describe('a service that knows only the URL', () => {
  /** The tests have no certificate. */
  const insecure = { [oauth.allowInsecureRequests]: true }

  it.each(['RS256', 'ES256', 'EdDSA'])(
    'verifies our %s tokens with oauth4webapi, and rejects forged ones [E7]',
    async (SIGNING_ALG) => {
      const other = await testServer({ settings: { SIGNING_ALG } })
      const resource = new URL(other.url)
      const { authorization_servers: [issuer = ''] = [], resource: audience } =
        await oauth.processResourceDiscoveryResponse(
          resource,
          await oauth.resourceDiscoveryRequest(resource, insecure),
        )
      const found = await oauth.discoveryRequest(new URL(issuer), {
        algorithm: 'oauth2',
        ...insecure,
      })
      const as = await oauth.processDiscoveryResponse(new URL(issuer), found)
      const validate = (token: string) => {
        const headers = { authorization: `Bearer ${token}` }
        const request = new Request(`${other.url}/users/me`, { headers })
        return oauth.validateJwtAccessToken(as, request, audience, insecure)
      }
      const token = await other.token()
      expect(await validate(token)).toEqual(decodeJwt(token))
      const [head, claims] = (await server.token()).split('.')
      await expect(validate(`${head}.${claims}.${token.split('.')[2]}`)).rejects.toThrow()
      await other.stop()
    },
  )
})
