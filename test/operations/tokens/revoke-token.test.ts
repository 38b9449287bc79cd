import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectInvalidToken, expectOAuthError } from '../../harness/error-responses.ts'
import { forged, withServerKey } from '../../harness/forged-token.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { basic, loginPair, postForm } from '../../harness/token-request.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const asDemoService = basic('demo-service:demo-service-secret')
const demoService = { client_id: 'demo-service', client_secret: 'demo-service-secret' }

const revoke = (form: Record<string, string>, headers?: Record<string, string>) =>
  postForm(server, '/revoke', form, headers)
const refreshed = (refresh_token: string, client: Record<string, string> = {}) =>
  postForm(server, '/token', { grant_type: 'refresh_token', refresh_token, ...client })
const statusOf = async (access: string) => (await server.get('/users/me', access)).status

async function expectRevoked(response: Response): Promise<void> {
  expect({ status: response.status, body: await response.text() }).toEqual({
    status: 200,
    body: '',
  })
  expect(response.headers.get('cache-control')).toBe('no-store')
}

describe('POST /revoke returns 200', () => {
  it('for a refresh token, and ends its session, but no other [G1]', async () => {
    const [{ access, refresh }, other] = [await loginPair(server), await loginPair(server)]
    const next = JSON.parse(await (await refreshed(refresh)).text())
    expect(await statusOf(access)).toBe(200)
    await expectRevoked(await revoke({ token: next.refresh_token }))
    await expectInvalidToken(server, await server.get('/users/me', access))
    await expectInvalidToken(server, await server.get('/users/me', next.access_token))
    await expectOAuthError(await refreshed(next.refresh_token), 400, 'invalid_grant')
    expect(await statusOf(other.access)).toBe(200)
    expect((await refreshed(other.refresh)).status).toBe(200)
  })

  it('for an access token, and does not end its session [G2]', async () => {
    const { access, refresh } = await loginPair(server)
    expect(await statusOf(access)).toBe(200)
    await expectRevoked(await revoke({ token: access }))
    await expectInvalidToken(server, await server.get('/users/me', access))
    const next = JSON.parse(await (await refreshed(refresh)).text())
    expect(await statusOf(next.access_token)).toBe(200)
  })

  it.each([
    ...['nonsense', 'a.b.c', `${'x'.repeat(43)}.${'y'.repeat(43)}`, "' OR 1=1 --", '字🦊'],
    ...['x'.repeat(60_000), 'a\0b', '\r\n', ' '],
  ])('for any text that is not a token (%#) [G2]', async (token) => {
    await expectRevoked(await revoke({ token }))
  })

  it.each([1e18, 1e300])('for a signed token that expires at %d [G2]', async (exp) => {
    const token = await forged(await server.token(), { claims: { exp } }, withServerKey(server))
    await expectRevoked(await revoke({ token }))
  })

  it('for an access token, which stays revoked if the clock is set back by a day [G2]', async () => {
    const { access } = await loginPair(server)
    const { exp = 0 } = decodeJwt(access)
    await expectRevoked(await revoke({ token: access }))
    await server.services.store.sessions.purge((exp + 86_399) * 1000, 0)
    await expectInvalidToken(server, await server.get('/users/me', access))
  })

  it('for a token that is already revoked [G2]', async () => {
    const { access, refresh } = await loginPair(server)
    for (const token of [access, access, refresh, refresh, access]) {
      await expectRevoked(await revoke({ token }))
    }
    await expectInvalidToken(server, await server.get('/users/me', access))
  })

  it.each(['access', 'refresh'] as const)('for a %s token with any hint [G2]', async (kind) => {
    for (const token_type_hint of ['access_token', 'refresh_token', 'saml2', '']) {
      const pair = await loginPair(server)
      await expectRevoked(await revoke({ token: pair[kind], token_type_hint }))
      await expectInvalidToken(server, await server.get('/users/me', pair.access))
      const { status } = await refreshed(pair.refresh)
      expect({ token_type_hint, status }).toEqual({
        token_type_hint,
        status: kind === 'refresh' ? 400 : 200,
      })
    }
  })

  it.each([
    ['by HTTP Basic', {}, asDemoService],
    ['in the form', demoService, {}],
  ])('for a confidential client that authenticates %s [G1]', async (_way, form, headers) => {
    const { access, refresh } = await loginPair(server, demoService)
    await expectRevoked(await revoke({ token: refresh, ...form }, headers))
    await expectInvalidToken(server, await server.get('/users/me', access))
  })
})

describe('POST /revoke returns 400', () => {
  it.each([{}, { token: '' }, { token_type_hint: 'access_token' }])(
    'invalid_request if the token is missing: %j [G2]',
    async (form) => {
      const { error_description } = await expectOAuthError(
        await revoke(form),
        400,
        'invalid_request',
      )
      expect(error_description).toMatch(/token/)
    },
  )

  it('unauthorized_client for a token of a different client, and does not revoke it [G3]', async () => {
    const [ours, theirs] = [await loginPair(server), await loginPair(server, demoService)]
    for (const token of [theirs.access, theirs.refresh]) {
      await expectOAuthError(await revoke({ token }), 400, 'unauthorized_client')
    }
    for (const token of [ours.access, ours.refresh]) {
      await expectOAuthError(await revoke({ token }, asDemoService), 400, 'unauthorized_client')
    }
    expect([await statusOf(ours.access), await statusOf(theirs.access)]).toEqual([200, 200])
    expect((await refreshed(ours.refresh)).status).toBe(200)
    expect((await refreshed(theirs.refresh, demoService)).status).toBe(200)
  })
})

describe('POST /revoke returns 401', () => {
  it.each([
    [{ client_id: 'nobody' }, {}],
    [{ client_id: 'demo-service' }, {}],
    [{ client_id: 'demo-service', client_secret: 'wrong' }, {}],
    [{}, basic('demo-service:wrong')],
    [{}, { authorization: 'Bearer x' }],
  ])('if client authentication fails, and revokes nothing (%#) [G2]', async (client, headers) => {
    const { access, refresh } = await loginPair(server, demoService)
    for (const token of [access, refresh]) {
      const response = await revoke({ token, ...client }, headers)
      expect(response.headers.get('www-authenticate')).toBe('Basic realm="tessera"')
      await expectOAuthError(response, 401, 'invalid_client')
    }
    expect(await statusOf(access)).toBe(200)
  })
})

describe('POST /revoke returns 413 and 503', () => {
  it('413 for a form over 64 KiB [C6]', async () => {
    const response = await revoke({ token: 'x', more: 'x'.repeat(65_536) })
    await expectOAuthError(response, 413, 'invalid_request')
  })

  it('503 if the store is unavailable [C6, J4]', async () => {
    const broken = await testServer()
    const { access, refresh } = await loginPair(broken)
    await broken.services.store.close()
    for (const token of [access, refresh]) {
      const response = await postForm(broken, '/revoke', { token })
      expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
      await expectOAuthError(response, 503, 'temporarily_unavailable')
    }
    await broken.stop()
  })
})
