import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectInvalidToken } from '../harness/error-answers.ts'
import { type Changes, forged, withServerKey } from '../harness/forged-token.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

let server: TestServer
let genuine: string
beforeAll(async () => {
  server = await testServer()
  genuine = await server.token()
})
afterAll(() => server.stop())

const signed = (changes: Changes) => forged(genuine, changes, withServerKey(server))
const statusOf = async (claims: Changes['claims'] = {}) =>
  (await server.get('/users/me', await signed({ claims }))).status

async function expectRefused(changes: Changes): Promise<void> {
  await expectInvalidToken(server, await server.get('/users/me', await signed(changes)))
}

/** Seconds from the server's now. */
const inSeconds = (seconds: number) => Math.floor(server.services.now() / 1000) + seconds

describe('a token with the right key', () => {
  it('E3 is taken where its claims are right', async () => {
    expect(await statusOf()).toBe(200)
  })

  it.each([
    { iss: 'https://evil.example' },
    { iss: 'http://127.0.0.1' },
    { iss: '' },
    { iss: null },
    { iss: undefined },
    { iss: [] },
    { aud: 'https://evil.example' },
    { aud: ['https://evil.example', 'x'] },
    { aud: [] },
    { aud: '' },
    { aud: null },
    { aud: undefined },
    { aud: 1 },
    { exp: undefined },
    { exp: null },
    { exp: 'never' },
    { exp: '9999999999' },
    { exp: 0 },
    { exp: -1 },
    { nbf: 'now' },
    { nbf: '0' },
    { nbf: null },
    { nbf: [0] },
    { nbf: 9_999_999_999 },
    { iat: undefined },
    { iat: 'now' },
    { iat: '1' },
    { iat: null },
    { sub: undefined },
    { sub: 1 },
    { sub: {} },
    { sub: '' },
    { sub: "' OR 1=1 --" },
    { client_id: undefined },
    { client_id: {} },
    { jti: undefined },
    { sid: undefined },
    { sid: 1 },
    { sid: ['s_1'] },
    { scope: undefined },
    { scope: ['me:read'] },
    { scope: null },
  ])('E3 is refused with %j', async (claims) => {
    await expectRefused({ claims })
  })

  it('E3 is refused with the issuer or the audience a slash longer', async () => {
    await expectRefused({ claims: { iss: `${server.url}/` } })
    await expectRefused({ claims: { aud: `${server.url}/` } })
  })

  it.each([
    'JWT',
    'jwt',
    'id+jwt',
    'rt+jwt',
    'at',
    '',
    null,
    undefined,
    1,
    ['at+jwt'],
    'x.at+jwt',
    'at+jwt.x',
  ])('E3 is refused with the typ %j', async (typ) => {
    await expectRefused({ header: { typ } })
  })

  it('E3 is refused once it has expired, five seconds of skew aside', async () => {
    expect(await statusOf({ exp: inSeconds(-2) })).toBe(200)
    await expectRefused({ claims: { exp: inSeconds(-5) } })
  })

  it('E3 is refused before its time has come, five seconds of skew aside', async () => {
    expect(await statusOf({ nbf: inSeconds(5) })).toBe(200)
    await expectRefused({ claims: { nbf: inSeconds(10) } })
  })

  it('E3 is refused where it was issued in the future, as far as two servers may be apart aside', async () => {
    expect(await statusOf({ iat: inSeconds(115) })).toBe(200)
    await expectRefused({ claims: { iat: inSeconds(130) } })
    await expectRefused({ claims: { iat: 9_999_999_999, exp: 9_999_999_999 } })
  })

  it('E3 is refused before it was issued, though it was taken then', async () => {
    const token = await signed({})
    server.advance(600_000)
    const later = await signed({ claims: { iat: inSeconds(0), exp: inSeconds(60) } })
    const statuses = [(await server.get('/users/me', later)).status]
    server.advance(-600_000)
    for (const each of [later, token]) statuses.push((await server.get('/users/me', each)).status)
    expect(statuses).toEqual([200, 401, 200])
  })

  it('E3 is refused when its time is over though it was taken a moment before', async () => {
    const token = await signed({ claims: { exp: inSeconds(60) } })
    expect((await server.get('/users/me', token)).status).toBe(200)
    server.advance(62_000)
    expect((await server.get('/users/me', token)).status).toBe(200)
    server.advance(3_000)
    const response = await server.get('/users/me', token)
    server.advance(-65_000)
    expect(response.status).toBe(401)
  })
})
