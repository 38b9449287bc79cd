import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { digest } from '../../src/keys/secrets.ts'
import { findToken } from '../../src/oauth/tokens.ts'
import { changeAccount } from '../harness/accounts.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { testUser } from '../harness/test-user.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

/** Looks up a token at a time in milliseconds since 1970. */
const findAt = (now: number, token: string) =>
  findToken({ ...server.services, now: () => now }, token)
const find = (token: string) => findToken(server.services, token)

describe('findToken', () => {
  it('returns the kind of token', async () => {
    const { token, refreshToken } = await testUser(server)
    expect(await find(token)).toMatchObject({ kind: 'access', isActive: true })
    expect(await find(refreshToken)).toMatchObject({ kind: 'refresh', isActive: true })
    expect(await find('neither')).toBeUndefined()
  })

  it('returns no scope that the account has lost', async () => {
    const { username, token, refreshToken } = await testUser(server, ['me:read', 'items:read'])
    await changeAccount(server, username, { scopes: ['items:read'] })
    for (const each of [token, refreshToken]) {
      expect(await find(each)).toMatchObject({ scopes: ['items:read'], isActive: true })
    }
  })

  it('returns an inactive refresh token from the millisecond on in which it expires', async () => {
    const { refreshToken } = await testUser(server)
    const [family = ''] = refreshToken.split('.')
    const found = await server.services.store.sessions.byFamily(digest(family))
    const end = found?.session.idleExpiresAt ?? 0
    expect(await findAt(end - 1, refreshToken)).toMatchObject({ isActive: true })
    expect(await findAt(end, refreshToken)).toMatchObject({
      isActive: false,
      expiresAt: Math.floor(end / 1000),
    })
  })
})
