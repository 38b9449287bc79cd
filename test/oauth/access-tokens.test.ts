import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterEach, describe, expect, it } from 'vitest'
import { type TestServer, testServer } from '../harness/test-server.ts'

const running: TestServer[] = []
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())))

async function serverWith(settings: Record<string, string>): Promise<TestServer> {
  const server = await testServer({ settings })
  running.push(server)
  return server
}

describe('an access token', () => {
  it('has the header and the claims of RFC 9068, and no others [E1]', async () => {
    const server = await serverWith({})
    const token = await server.token({ scope: 'me:read' })
    const account = await (await server.get('/users/me', token)).json()
    expect(decodeProtectedHeader(token)).toEqual({
      typ: 'at+jwt',
      alg: 'RS256',
      kid: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect(decodeJwt(token)).toEqual({
      iss: server.url,
      aud: server.url,
      sub: Object(account).user_id,
      client_id: 'tessera',
      iat: expect.any(Number),
      exp: expect.any(Number),
      jti: expect.stringMatching(/^t_[\w-]{22}$/),
      sid: expect.stringMatching(/^s_[\w-]{22}$/),
      scope: 'me:read',
    })
  })

  it('names the issuer and the audience of the settings [E1]', async () => {
    const settings = { ISSUER: 'https://id.example.com', AUDIENCE: 'https://api.example.com' }
    const server = await serverWith(settings)
    const token = await server.token()
    expect(decodeJwt(token)).toMatchObject({
      iss: 'https://id.example.com',
      aud: 'https://api.example.com',
    })
    expect((await server.get('/users/me', token)).status).toBe(200)
  })

  it.each(['RS256', 'ES256', 'EdDSA'])(
    'is signed with %s if SIGNING_ALG says so, and verifies with the JWKS [E1]',
    async (alg) => {
      const server = await serverWith({ SIGNING_ALG: alg })
      const token = await server.token()
      const jwks = JSON.parse(await (await server.get('/.well-known/jwks.json')).text())
      const { protectedHeader } = await jwtVerify(token, createLocalJWKSet(jwks), {
        issuer: server.url,
        audience: server.url,
        typ: 'at+jwt',
        algorithms: [alg],
      })
      expect(protectedHeader.alg).toBe(alg)
      expect((await server.get('/users/me', token)).status).toBe(200)
    },
  )

  it('lasts as long as ACCESS_TOKEN_EXPIRE_MINUTES says [S10]', async () => {
    const server = await serverWith({ ACCESS_TOKEN_EXPIRE_MINUTES: '5' })
    const response = await server.login()
    const { access_token, expires_in } = JSON.parse(await response.text())
    const { exp = 0, iat = 0 } = decodeJwt(access_token)
    expect({ expires_in, lasts: exp - iat }).toEqual({ expires_in: 300, lasts: 300 })
    server.advance(301_000 + 5_000)
    expect((await server.get('/users/me', access_token)).status).toBe(401)
  })

  it.each(['RS256', 'ES256', 'EdDSA'])(
    'has exactly one valid encoding, signed with %s [E2]',
    async (alg) => {
      const server = await serverWith({ SIGNING_ALG: alg })
      const token = await server.token()
      const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
      const accepted: string[] = []
      for (const letter of letters) {
        const spelling = token.slice(0, -1) + letter
        if ((await server.get('/users/me', spelling)).status === 200) accepted.push(spelling)
      }
      expect(accepted).toEqual([token])
    },
  )

  it('contains nothing about the account but its id', async () => {
    const server = await serverWith({})
    const claims = JSON.stringify(decodeJwt(await server.token()))
    expect(claims).not.toMatch(/johndoe|John|example\.com|secret/)
  })
})

describe('the check of an access token', () => {
  it('is done once per token: the claims are cached', async () => {
    const { services, token } = await serverWith({})
    const { accessTokens } = services
    const text = await token()
    expect(await accessTokens.verify(text)).toBe(await accessTokens.verify(text))
  })

  it('finds no scope in a token without scopes', async () => {
    const { accessTokens } = (await serverWith({})).services
    const authorization = { userId: 'u_1', clientId: 'c', sessionId: 's_1' }
    const token = await accessTokens.issue({ ...authorization, scopes: [] })
    expect(await accessTokens.verify(token)).toMatchObject({ ...authorization, scopes: [] })
  })
})
