import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectInvalidToken } from '../harness/error-responses.ts'
import { type Changes, forged } from '../harness/forged-token.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import {
  claims,
  type Forge,
  forgeFor,
  issuers,
  strangers,
  types,
  type Vector,
} from './token-vectors.ts'

let server: TestServer
let forge: Forge
beforeAll(async () => {
  server = await testServer()
  forge = await forgeFor(server)
})
afterAll(() => server.stop())

const signed = (changes: Changes) => forged(forge.genuine, changes, forge.sign)
const statusOf = async (claims: Changes['claims'] = {}) =>
  (await server.get('/users/me', await signed({ claims }))).status

async function expectRefused(changes: Changes): Promise<void> {
  await expectInvalidToken(server, await server.get('/users/me', await signed(changes)))
}

/** In seconds from the server's current time. */
const inSeconds = (seconds: number) => Math.floor(server.services.now() / 1000) + seconds

/** The server also rejects valid tokens of unknown accounts. */
const isRefused = (row: Vector) => strangers.includes(row) || !row.isAccepted

describe('a token with the right key', () => {
  it('is accepted with the right claims [E3]', async () => {
    expect(await statusOf()).toBe(200)
  })

  it.each([...issuers, ...claims, ...strangers].filter(isRefused))(
    'is rejected with $what [E3]',
    async ({ token }) => {
      await expectInvalidToken(server, await server.get('/users/me', await token(forge)))
    },
  )

  it.each(types.filter(isRefused))('is rejected with the type of $what [E3]', async ({ token }) => {
    await expectInvalidToken(server, await server.get('/users/me', await token(forge)))
  })

  it.each([...issuers, ...types].filter(({ isAccepted }) => isAccepted))(
    'is accepted with $what [E3]',
    async ({ token }) => {
      expect((await server.get('/users/me', await token(forge))).status).toBe(200)
    },
  )

  it('is rejected once it has expired, with five seconds of clock tolerance [E3]', async () => {
    expect(await statusOf({ exp: inSeconds(-2) })).toBe(200)
    await expectRefused({ claims: { exp: inSeconds(-5) } })
  })

  it('is rejected before nbf, with five seconds of clock tolerance [E3]', async () => {
    expect(await statusOf({ nbf: inSeconds(5) })).toBe(200)
    await expectRefused({ claims: { nbf: inSeconds(10) } })
  })

  it('is rejected if iat is further in the future than the clocks of two servers may differ [E3]', async () => {
    expect(await statusOf({ iat: inSeconds(115) })).toBe(200)
    await expectRefused({ claims: { iat: inSeconds(130) } })
    await expectRefused({ claims: { iat: 9_999_999_999, exp: 9_999_999_999 } })
  })

  it('is rejected before iat, even if it was accepted and cached [E3]', async () => {
    const token = await signed({})
    server.advance(600_000)
    const later = await signed({ claims: { iat: inSeconds(0), exp: inSeconds(60) } })
    const statuses = [(await server.get('/users/me', later)).status]
    server.advance(-600_000)
    for (const each of [later, token]) statuses.push((await server.get('/users/me', each)).status)
    expect(statuses).toEqual([200, 401, 200])
  })

  it('is rejected after it expires, even if it was accepted and cached [E3]', async () => {
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
