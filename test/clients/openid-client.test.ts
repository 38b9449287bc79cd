import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../harness/test-server.ts'
import { clientServer, johndoe, publicClient, refreshOnly, service } from './client-server.ts'

let server: TestServer
let asPublic: openid.Configuration
let asService: openid.Configuration
beforeAll(async () => {
  server = await clientServer()
  asPublic = await discovered(server, publicClient.id, openid.None())
  asService = await discovered(server, service.id, openid.ClientSecretBasic(service.secret))
})
afterAll(() => server.stop())

/** The test server has no TLS. */
function discovered(
  { url }: TestServer,
  id: string,
  auth: openid.ClientAuth,
): Promise<openid.Configuration> {
  const execute = [openid.allowInsecureRequests]
  return openid.discovery(new URL(url), id, undefined, auth, { algorithm: 'oauth2', execute })
}

const logIn = (form: Record<string, string> = {}, client = asPublic, grant = 'password') =>
  openid.genericGrantRequest(client, grant, { ...johndoe, ...form })
const refresh = (token = '') => openid.refreshTokenGrant(asPublic, token)

/** The error that the client throws for a body that it reads. */
const bodyError = (error: string, status = 400) =>
  expect.objectContaining({ constructor: openid.ResponseBodyError, error, status })

/** The error that it throws for a challenge; it does not read the body then. */
const challengeError = (scheme: string, parameters: Record<string, string>) =>
  expect.objectContaining({
    constructor: openid.WWWAuthenticateChallengeError,
    status: 401,
    cause: [expect.objectContaining({ scheme, parameters })],
  })

describe('openid-client', () => {
  it('reads the metadata, logs in, calls, and refreshes [C1, F1, G7]', async () => {
    const login = await logIn()
    expect(login).toMatchObject({
      token_type: 'bearer',
      scope: 'me:read me:write items:read items:write',
    })
    expect(login.expiresIn()).toBeGreaterThan(0)
    const next = await refresh(login.refresh_token)
    expect(next.refresh_token).not.toBe(login.refresh_token)
    const url = new URL(`${server.url}/users/me`)
    const me = await openid.fetchProtectedResource(asPublic, next.access_token, url, 'GET')
    expect(await me.json()).toMatchObject({ username: 'johndoe' })
  })

  it('reads the challenge for an invalid token [D4]', async () => {
    const url = new URL(`${server.url}/users/me`)
    await expect(openid.fetchProtectedResource(asPublic, 'x.y.z', url, 'GET')).rejects.toEqual(
      challengeError('bearer', {
        error: 'invalid_token',
        resource_metadata: `${server.url}/.well-known/oauth-protected-resource`,
      }),
    )
  })

  it('authenticates by both methods, with form-encoded values [B1, B2]', async () => {
    const inForm = await discovered(server, service.id, openid.ClientSecretPost(service.secret))
    for (const client of [asService, inForm])
      expect(await logIn({}, client)).toMatchObject({
        scope: 'me:read me:write items:read items:write',
      })
  })

  it('introspects and revokes [G1, G5, G6]', async () => {
    const { access_token, refresh_token = '' } = await logIn()
    const introspect = () => openid.tokenIntrospection(asService, access_token)
    expect(await introspect()).toMatchObject({ active: true, username: 'johndoe' })
    await openid.tokenRevocation(asPublic, refresh_token)
    expect(await introspect()).toEqual({ active: false })
  })

  it('reads the code of errors of /revoke and /introspect [G3, G4]', async () => {
    const { refresh_token = '' } = await logIn()
    const notIts = bodyError('unauthorized_client')
    await expect(openid.tokenRevocation(asService, refresh_token)).rejects.toEqual(notIts)
    const basic = challengeError('basic', { realm: 'tessera' })
    await expect(openid.tokenIntrospection(asPublic, 'x')).rejects.toEqual(basic)
  })

  it('reads the code of each 400 [S9, A4, B6, C3, C6]', async () => {
    const auth = openid.ClientSecretBasic(refreshOnly.secret)
    const notAllowed = await discovered(server, refreshOnly.id, auth)
    const disabled = { username: 'alice', password: 'password456' }
    await expect(logIn(disabled)).rejects.toEqual(bodyError('invalid_grant'))
    await expect(logIn({ scope: 'everything' })).rejects.toEqual(bodyError('invalid_scope'))
    await expect(logIn({}, asPublic, 'foo')).rejects.toEqual(bodyError('unsupported_grant_type'))
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
    const wrong = await discovered(server, service.id, openid.ClientSecretBasic('wrong'))
    const basic = challengeError('basic', { realm: 'tessera' })
    await expect(logIn({}, wrong)).rejects.toEqual(basic)
  })

  it('reads the code of a wrong password with INVALID_GRANT_STATUS=400, then of a 429 [S3, H1]', async () => {
    const other = await clientServer({ INVALID_GRANT_STATUS: '400' })
    const client = await discovered(other, publicClient.id, openid.None())
    for (const password of ['guess 1', 'guess 2'])
      await expect(logIn({ password }, client)).rejects.toEqual(bodyError('invalid_grant'))
    await expect(logIn({}, client)).rejects.toEqual(bodyError('temporarily_unavailable', 429))
    await other.stop()
  })
})
