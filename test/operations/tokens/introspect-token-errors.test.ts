import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { digest } from '../../../src/keys/secrets.ts'
import { grantTypes } from '../../../src/oauth/grants.ts'
import { expectOAuthError } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { basic, postForm } from '../../harness/token-request.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const introspect = (
  form: Record<string, string>,
  headers: Record<string, string> = basic('demo-service:demo-service-secret'),
  asked = server,
) => postForm(asked, '/introspect', form, headers)

describe('POST /introspect returns 401', () => {
  it.each([
    [{}, {}],
    [{}, basic(':')],
    [{ client_id: 'tessera' }, {}],
    [{ client_id: 'demo-service' }, {}],
    [{ client_id: 'nobody', client_secret: 'x' }, {}],
    [{}, basic('demo-service:wrong')],
    [{}, { authorization: 'Bearer x' }],
  ])('with a challenge if client authentication fails (%#) [G4]', async (client, headers) => {
    const response = await introspect({ token: await server.token(), ...client }, headers)
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="tessera"')
    await expectOAuthError(response, 401, 'invalid_client')
  })
})

describe('POST /introspect returns 401, and the log says', () => {
  it.each([{}, { client_id: 'tessera' }])('no client authentication: %j', async (client) => {
    const before = server.log().length
    expect((await introspect({ token: 'x', ...client }, {})).status).toBe(401)
    expect(server.log().slice(before)).toContain('"cause":"no client authentication"')
  })
})

describe('POST /introspect returns 400, 413 and 503', () => {
  it('400 unauthorized_client for a client without the permission, even for its own token [G4]', async () => {
    const client = { client_id: 'curious', client_secret: 'curious-secret' }
    await server.services.store.clients.add({
      clientId: client.client_id,
      secretHash: digest(client.client_secret),
      grants: grantTypes,
      scopes: undefined,
      mayIntrospect: false,
      disabled: false,
      createdAt: server.services.now(),
    })
    const token = await server.token(client)
    const response = await introspect({ token, ...client }, {})
    await expectOAuthError(response, 400, 'unauthorized_client')
  })

  it('400 invalid_request if the token is missing [G5]', async () => {
    await expectOAuthError(await introspect({}), 400, 'invalid_request')
  })

  it('413 for a form over 64 KiB [C6]', async () => {
    const response = await introspect({ token: 'x', more: 'x'.repeat(65_536) })
    await expectOAuthError(response, 413, 'invalid_request')
  })

  it('503, and not active: false, if the store is unavailable [C6, J4]', async () => {
    const broken = await testServer()
    const token = await broken.token()
    await broken.services.store.close()
    const response = await introspect({ token }, undefined, broken)
    expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    await expectOAuthError(response, 503, 'temporarily_unavailable')
    await broken.stop()
  })
})
