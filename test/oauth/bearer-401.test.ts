import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { challenge } from '../harness/challenge.ts'
import { expectInvalidToken, expectProblem } from '../harness/error-responses.ts'
import { forged, withHmac } from '../harness/forged-token.ts'
import { rawRequest } from '../harness/raw-request.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { garbage } from './token-vectors.ts'

let server: TestServer
let token: string
beforeAll(async () => {
  server = await testServer()
  token = await server.token()
})
afterAll(() => server.stop())

const me = (authorization?: string) =>
  rawRequest(
    `${server.url}/users/me`,
    authorization === undefined ? {} : { headers: { authorization } },
  )

describe('a protected operation returns 401 without an error code', () => {
  const expectChallenge = async (response: Response) => {
    expect(response.headers.get('www-authenticate')).toBe(challenge(server))
    const { detail } = await expectProblem(response, 401, 'not_authenticated')
    expect(detail).toBe('Not authenticated')
  }

  it('for no Authorization header [D1]', async () => {
    await expectChallenge(await me())
  })

  it.each(['', 'Basic Og==', 'Digest x', 'Bearer1 x', 'BearerToken', 'Token Bearer x'])(
    'for the header %j [D1]',
    async (authorization) => {
      await expectChallenge(await me(authorization))
    },
  )

  it('for a valid token with a different scheme, or none [D1]', async () => {
    await expectChallenge(await me(`Basic ${token}`))
    await expectChallenge(await me(token))
  })
})

describe('a protected operation returns 401 invalid_token', () => {
  it.each(garbage)('for garbage (%#) [S7, D4]', async (text) => {
    await expectInvalidToken(server, await me(`Bearer ${text}`))
  })

  it('for the token of an account that does not exist [S7, D4]', async () => {
    const authorization = { clientId: 'tessera', sessionId: 's_1', scopes: ['me:read'] }
    const token = await server.services.accessTokens.issue({ ...authorization, userId: 'u_1' })
    await expectInvalidToken(server, await me(`Bearer ${token}`))
  })

  it('for a token with the session of a different account [D4]', async () => {
    const { accessTokens } = server.services
    const admin = await server.token({ username: 'admin', password: 'administrator123' })
    const { sessionId } = await accessTokens.verify(admin)
    const mixed = await accessTokens.issue({ ...(await accessTokens.verify(token)), sessionId })
    await expectInvalidToken(server, await me(`Bearer ${mixed}`))
  })

  it('for a token whose session has ended [D4]', async () => {
    const other = await testServer()
    const ended = await other.token()
    expect((await other.get('/users/me', ended)).status).toBe(200)
    await other.services.store.sessions.purge(other.services.now() + 91 * 86_400_000, 0)
    await expectInvalidToken(other, await other.get('/users/me', ended))
    await other.stop()
  })

  it('for an expired token, cached or not [S7, D4]', async () => {
    const other = await testServer()
    const [used, unused] = await Promise.all([other.token(), other.token()])
    expect((await other.get('/users/me', used)).status).toBe(200)
    other.advance(31 * 60_000)
    await expectInvalidToken(other, await other.get('/users/me', used))
    await expectInvalidToken(other, await other.get('/users/me', unused))
    await other.stop()
  })

  it('and not 403 for a forged token without the scope [D5]', async () => {
    const forgery = await forged(token, { claims: { scope: '' } }, withHmac('a guess'))
    await expectInvalidToken(server, await me(`Bearer ${forgery}`))
  })
})
