import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseRefreshToken } from '../../src/oauth/refresh-tokens.ts'
import { purgeExpired } from '../../src/serving/housekeeping.ts'
import { expectInvalidToken, expectOAuthError } from '../harness/error-responses.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { loginPair, postForm } from '../harness/token-request.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ settings: { ACCESS_TOKEN_EXPIRE_MINUTES: '5' } })
})
afterAll(() => server.stop())

/** With the clocks of the server and of the database advanced by `minutes`. */
async function keepHouseAt(minutes: number): Promise<void> {
  const now = () => server.services.now() + minutes * 60_000
  const { store } = server.services
  await purgeExpired({ ...server.services, now, store: { ...store, clock: async () => now() } })
}

async function isKept({ refresh }: { readonly refresh: string }): Promise<boolean> {
  const { sessions } = server.services.store
  return (await sessions.byFamily(parseRefreshToken(refresh)?.familyHash ?? '')) !== undefined
}

describe('an ended session', () => {
  it('is deleted after its tokens have expired; live sessions are kept [F6, D4]', async () => {
    const [ended, live] = [await loginPair(server), await loginPair(server)]
    await postForm(server, '/revoke', { token: ended.refresh })
    await keepHouseAt(4)
    expect([await isKept(ended), await isKept(live)]).toEqual([true, true])
    await keepHouseAt(7)
    expect([await isKept(ended), await isKept(live)]).toEqual([false, true])
    await expectInvalidToken(server, await server.get('/users/me', ended.access))
    const again = { grant_type: 'refresh_token', refresh_token: ended.refresh }
    await expectOAuthError(await postForm(server, '/token', again), 400, 'invalid_grant')
    expect((await server.get('/users/me', live.access)).status).toBe(200)
  })
})

describe('a session that was not refreshed in time', () => {
  it('is deleted then, long before its absolute end; a refreshed one is kept [F7]', async () => {
    const days = 24 * 60
    const [idle, used] = [await loginPair(server), await loginPair(server)]
    server.advance(13 * days * 60_000)
    const refreshed = await postForm(server, '/token', {
      grant_type: 'refresh_token',
      refresh_token: used.refresh,
    })
    expect(refreshed.status).toBe(200)
    await keepHouseAt(days + 1)
    expect([await isKept(idle), await isKept(used)]).toEqual([true, true])
    await keepHouseAt(days + 7)
    expect([await isKept(idle), await isKept(used)]).toEqual([false, true])
  })
})
