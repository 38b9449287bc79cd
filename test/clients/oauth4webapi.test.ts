import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../harness/test-server.ts'
import { clientServer, johndoe, publicClient, refreshOnly, service } from './client-server.ts'

let server: TestServer
let as: oauth.AuthorizationServer
beforeAll(async () => {
  server = await clientServer()
  as = await discovered(server)
})
afterAll(() => server.stop())

/** The test server has no TLS. */
const insecure = { [oauth.allowInsecureRequests]: true }
const asPublic = { client: { client_id: publicClient.id }, auth: oauth.None() }
const asService = {
  client: { client_id: service.id },
  auth: oauth.ClientSecretBasic(service.secret),
}

async function discovered({ url }: TestServer): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(url)
  const response = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure })
  return oauth.processDiscoveryResponse(issuer, response)
}

async function logIn(
  form: Record<string, string> = {},
  { client, auth } = asPublic,
  { grant = 'password', at = as } = {},
): Promise<oauth.TokenEndpointResponse> {
  const fields = { ...johndoe, ...form }
  return oauth.processGenericTokenEndpointResponse(
    at,
    client,
    await oauth.genericTokenEndpointRequest(at, client, auth, grant, fields, insecure),
  )
}

async function refresh(token = ''): Promise<oauth.TokenEndpointResponse> {
  const { client, auth } = asPublic
  const response = await oauth.refreshTokenGrantRequest(as, client, auth, token, insecure)
  return oauth.processRefreshTokenResponse(as, client, response)
}

async function introspect(token: string, { client, auth } = asService) {
  const response = await oauth.introspectionRequest(as, client, auth, token, insecure)
  return oauth.processIntrospectionResponse(as, client, response)
}

async function revoke(token = '', { client, auth } = asPublic): Promise<void> {
  const response = await oauth.revocationRequest(as, client, auth, token, insecure)
  return oauth.processRevocationResponse(response)
}

/** The error that the client throws for a body that it reads. */
const bodyError = (error: string, status = 400) =>
  expect.objectContaining({ constructor: oauth.ResponseBodyError, error, status })

/** The error that it throws for a challenge; it does not read the body then. */
const challengeError = (scheme: string, parameters: Record<string, string>) =>
  expect.objectContaining({
    constructor: oauth.WWWAuthenticateChallengeError,
    status: 401,
    cause: [expect.objectContaining({ scheme, parameters })],
  })

describe('oauth4webapi', () => {
  it('reads the metadata, logs in, refreshes, and verifies the token [C1, E7, F1, G7]', async () => {
    const login = await logIn()
    expect(login).toMatchObject({ token_type: 'bearer', expires_in: 1800 })
    const next = await refresh(login.refresh_token)
    expect(next.refresh_token).not.toBe(login.refresh_token)
    const headers = { authorization: `Bearer ${next.access_token}` }
    const request = new Request(`${server.url}/users/me`, { headers })
    const claims = await oauth.validateJwtAccessToken(as, request, server.url, insecure)
    expect(claims).toMatchObject({ iss: server.url, client_id: publicClient.id })
    expect((await server.get('/users/me', next.access_token)).status).toBe(200)
  })

  it('authenticates by both methods, with form-encoded values [B1, B2]', async () => {
    const inForm = { ...asService, auth: oauth.ClientSecretPost(service.secret) }
    for (const way of [asService, inForm])
      expect(await logIn({}, way)).toMatchObject({
        scope: 'me:read me:write items:read items:write',
      })
  })

  it('introspects and revokes [G1, G5, G6]', async () => {
    const { access_token, refresh_token } = await logIn()
    expect(await introspect(access_token)).toMatchObject({ active: true, username: 'johndoe' })
    await revoke(refresh_token)
    expect(await introspect(access_token)).toEqual({ active: false })
    expect((await server.get('/users/me', access_token)).status).toBe(401)
  })

  it('reads the code of errors of /revoke and /introspect [G3, G4]', async () => {
    const { refresh_token } = await logIn()
    const notIts = bodyError('unauthorized_client')
    await expect(revoke(refresh_token, asService)).rejects.toEqual(notIts)
    const basic = challengeError('basic', { realm: 'tessera' })
    await expect(introspect('x', asPublic)).rejects.toEqual(basic)
  })

  it('reads the code of each 400 [S9, A4, B6, C3, C6]', async () => {
    const auth = oauth.ClientSecretBasic(refreshOnly.secret)
    const notAllowed = { client: { client_id: refreshOnly.id }, auth }
    const disabled = { username: 'alice', password: 'password456' }
    await expect(logIn(disabled)).rejects.toEqual(bodyError('invalid_grant'))
    await expect(logIn({ scope: 'everything' })).rejects.toEqual(bodyError('invalid_scope'))
    await expect(logIn({}, asPublic, { grant: 'foo' })).rejects.toEqual(
      bodyError('unsupported_grant_type'),
    )
    await expect(logIn({}, notAllowed)).rejects.toEqual(bodyError('unauthorized_client'))
  })

  it('reads the code for a used refresh token [F2]', async () => {
    const { refresh_token } = await logIn()
    const next = await refresh((await refresh(refresh_token)).refresh_token)
    await expect(refresh(refresh_token)).rejects.toEqual(bodyError('invalid_grant'))
    await expect(refresh(next.refresh_token)).rejects.toEqual(bodyError('invalid_grant'))
  })

  it('reads the challenge of a 401 [S3, B4]', async () => {
    await expect(logIn({ password: 'wrong' })).rejects.toEqual(challengeError('bearer', {}))
    const wrong = { ...asService, auth: oauth.ClientSecretBasic('wrong') }
    const basic = challengeError('basic', { realm: 'tessera' })
    await expect(logIn({}, wrong)).rejects.toEqual(basic)
  })

  it('reads the code of a wrong password with INVALID_GRANT_STATUS=400, then of a 429 [S3, H1]', async () => {
    const other = await clientServer({ INVALID_GRANT_STATUS: '400' })
    const at = await discovered(other)
    const guess = (password: string) => logIn({ password }, asPublic, { at })
    for (const password of ['guess 1', 'guess 2'])
      await expect(guess(password)).rejects.toEqual(bodyError('invalid_grant'))
    const refused = await guess(johndoe.password).catch((error: unknown) => error)
    expect(refused).toEqual(bodyError('temporarily_unavailable', 429))
    const { response } = refused instanceof oauth.ResponseBodyError ? refused : {}
    expect(response?.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    await other.stop()
  })
})
