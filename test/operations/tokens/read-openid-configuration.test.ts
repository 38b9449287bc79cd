import { readFileSync } from 'node:fs'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type TestServer, testServer } from '../../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const path = '/.well-known/openid-configuration'
const read = async (from: TestServer, at = path) => JSON.parse(await (await from.get(at)).text())

describe('GET /.well-known/openid-configuration returns 200', () => {
  it('the server metadata, and what verifiers require besides [G7]', async () => {
    const response = await server.get(path)
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('public, max-age=300')
    const metadata = await read(server, '/.well-known/oauth-authorization-server')
    expect(await response.json()).toEqual({
      ...metadata,
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    })
    expect(metadata).not.toHaveProperty('authorization_endpoint')
  })

  it('the example of openapi.yaml, except for the URLs [G7]', async () => {
    const contract = parse(readFileSync(new URL('../../../openapi.yaml', import.meta.url), 'utf8'))
    const example = JSON.stringify(contract.components.examples.openidConfiguration.value)
    const here = example.replaceAll('http://127.0.0.1:8000', server.url)
    expect(await read(server)).toEqual(JSON.parse(here))
  })

  it.each(['RS256', 'ES256', 'EdDSA'])(
    'the algorithm and the keys that verify its tokens: %s [G7]',
    async (SIGNING_ALG) => {
      const other = await testServer({ settings: { SIGNING_ALG } })
      const { issuer, jwks_uri, id_token_signing_alg_values_supported } = await read(other)
      const verified = await jwtVerify(await other.token(), createRemoteJWKSet(new URL(jwks_uri)), {
        issuer,
        algorithms: id_token_signing_alg_values_supported,
      })
      expect(verified.payload.client_id).toBe('tessera')
      await other.stop()
    },
  )

  it('a document that oauth4webapi discovers [G7]', async () => {
    const issuer = new URL(server.url)
    const insecure = { [oauth.allowInsecureRequests]: true }
    const response = await oauth.discoveryRequest(issuer, { algorithm: 'oidc', ...insecure })
    const found = await oauth.processDiscoveryResponse(issuer, response)
    expect(found.token_endpoint).toBe(`${server.url}/token`)
  })
})
