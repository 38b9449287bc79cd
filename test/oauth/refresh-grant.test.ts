import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compactDecrypt, decodeJwt } from 'jose'
import { afterEach, describe, expect, it } from 'vitest'
import { deriveKey } from '../../src/keys/secrets.ts'
import { changePasswordOf, disableAccount, removeAccount } from '../harness/accounts.ts'
import { temporaryFolder } from '../harness/command.ts'
import { expectOAuthError } from '../harness/error-responses.ts'
import { expectEnded, expectInvalidGrant, refresh, tokens } from '../harness/refreshing.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { basic, postToken } from '../harness/token-request.ts'

const running: TestServer[] = []
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())))

/** No grace period unless the settings set one: a consumed token cannot be used again. */
async function serverWith(settings: Record<string, string> = {}): Promise<TestServer> {
  const server = await testServer({ settings: { REFRESH_GRACE_SECONDS: '0', ...settings } })
  running.push(server)
  return server
}
describe('POST /token with a refresh token', () => {
  it('returns 200 with a new access token and a new refresh token of the same session [F1]', async () => {
    const server = await serverWith()
    const first = await tokens(server.login())
    const second = await tokens(refresh(server, first.refresh_token))
    expect(second).toEqual({
      access_token: expect.stringMatching(/^eyJ/),
      token_type: 'bearer',
      expires_in: 1800,
      scope: 'me:read me:write items:read items:write',
      refresh_token: expect.stringMatching(/^[\w-]{43}\.[\w-]{43}$/),
    })
    expect(second.refresh_token).not.toBe(first.refresh_token)
    const [before, after] = [decodeJwt(first.access_token), decodeJwt(second.access_token)]
    expect(after.jti).not.toBe(before.jti)
    expect(after).toMatchObject({ sid: before.sid, sub: before.sub, client_id: 'tessera' })
    expect((await server.get('/users/me', second.access_token)).status).toBe(200)
    await tokens(refresh(server, second.refresh_token))
  })

  it('does not consume a token if no new token can be issued [F1, C8]', async () => {
    const server = await serverWith()
    const { refresh_token } = await tokens(server.login())
    const { accessTokens } = server.services
    const { issue } = accessTokens
    accessTokens.issue = () => Promise.reject(new Error('no key to sign with'))
    await expectOAuthError(await refresh(server, refresh_token), 500, 'server_error')
    accessTokens.issue = issue
    await tokens(refresh(server, refresh_token))
  })

  it('rejects the token of a different client, and does not consume it [F4]', async () => {
    const server = await serverWith()
    const { refresh_token } = await tokens(server.login())
    const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token }).toString()
    const other = basic('demo-service:demo-service-secret')
    await expectOAuthError(await postToken(server, form, other), 400, 'invalid_grant')
    await tokens(refresh(server, refresh_token))
  })

  it('rejects a wider scope, and does not consume the token [F5]', async () => {
    const server = await serverWith()
    const { refresh_token } = await tokens(server.login({ scope: 'me:read' }))
    for (const scope of ['me:read items:read', 'items:read', 'root']) {
      const response = await refresh(server, refresh_token, { scope })
      await expectOAuthError(response, 400, 'invalid_scope')
    }
    expect(await tokens(refresh(server, refresh_token))).toMatchObject({ scope: 'me:read' })
  })

  it('narrows the scope for one access token, and returns to the original scope [F5]', async () => {
    const server = await serverWith()
    const { refresh_token } = await tokens(server.login())
    const narrow = await tokens(refresh(server, refresh_token, { scope: 'items:read' }))
    expect(narrow.scope).toBe('items:read')
    expect((await server.get('/users/me', narrow.access_token)).status).toBe(403)
    const { scope } = await tokens(refresh(server, narrow.refresh_token))
    expect(scope).toBe('me:read me:write items:read items:write')
  })

  it('rejects an unknown, revoked or missing token [F6]', async () => {
    const server = await serverWith()
    const { access_token, refresh_token } = await tokens(server.login())
    const [family = ''] = refresh_token.split('.')
    const unknown = `${'x'.repeat(43)}.${'x'.repeat(43)}`
    for (const token of ['x', unknown, access_token, family, `${refresh_token}x`]) {
      await expectInvalidGrant(server, token)
    }
    for (const form of ['grant_type=refresh_token', 'grant_type=refresh_token&refresh_token=']) {
      await expectOAuthError(await postToken(server, form), 400, 'invalid_request')
    }
    const body = new URLSearchParams({ token: refresh_token })
    expect((await fetch(`${server.url}/revoke`, { method: 'POST', body })).status).toBe(200)
    await expectInvalidGrant(server, refresh_token)
  })

  it('rejects a token that was idle for too long, but not one that was used [F6, F7]', async () => {
    const server = await serverWith({ REFRESH_TOKEN_IDLE_DAYS: '2' })
    const idle = await tokens(server.login())
    let used = await tokens(server.login())
    for (const _day of [1, 2, 3]) {
      server.advance(86_400_000)
      used = await tokens(refresh(server, used.refresh_token))
    }
    await expectEnded(server, idle)
  })

  it('rejects the tokens of a session that is too old, however often it was refreshed [F6, F7]', async () => {
    const settings = { REFRESH_TOKEN_MAX_DAYS: '2', ACCESS_TOKEN_EXPIRE_MINUTES: '1440' }
    const server = await serverWith(settings)
    let last = await tokens(server.login())
    for (const _time of [1, 2, 3]) {
      server.advance(57_000_000)
      last = await tokens(refresh(server, last.refresh_token))
    }
    expect((await server.get('/users/me', last.access_token)).status).toBe(200)
    server.advance(2_000_000)
    await expectEnded(server, last)
  })

  const endings: Record<string, (server: TestServer) => Promise<unknown>> = {
    'a password change': async (server) =>
      changePasswordOf(server, 'johndoe', await server.services.passwords.hash('another one')),
    'disabling the account': (server) => disableAccount(server, 'johndoe'),
    'deletion of the account': (server) => removeAccount(server, 'johndoe'),
  }
  it.each(Object.entries(endings))('rejects it after %s [F8]', async (_what, end) => {
    const server = await serverWith()
    const { refresh_token } = await tokens(server.login())
    const other = await tokens(server.login({ username: 'admin', password: 'administrator123' }))
    expect(await end(server)).toBeTruthy()
    await expectInvalidGrant(server, refresh_token)
    await tokens(refresh(server, other.refresh_token))
  })
})

describe('the files of the database', () => {
  it('contain no refresh token, client secret or private key, nor anything to derive one from [F9]', async () => {
    const folder = temporaryFolder()
    const SECRET_KEY = 'k'.repeat(40)
    const server = await serverWith({ DATABASE_URL: join(folder, 'test.db'), SECRET_KEY })
    const first = await tokens(server.login())
    const second = await tokens(refresh(server, first.refresh_token))
    const { store, refreshKey } = server.services
    const [row] = await store.signingKeys.list()
    const key = deriveKey(SECRET_KEY, 'encrypt signing keys')
    const { plaintext } = await compactDecrypt(row?.private_jwe ?? '', key)
    const { d } = JSON.parse(Buffer.from(plaintext).toString())
    const parts = [first, second].flatMap((each) => each.refresh_token.split('.'))
    expect([d, ...parts].every((secret) => secret.length >= 43)).toBe(true)
    const bytes = [refreshKey, key, ...[d, ...parts].map((part) => Buffer.from(part, 'base64url'))]
    const texts = bytes.flatMap((each) =>
      (['base64url', 'base64', 'hex', 'latin1'] as const).map((form) =>
        Buffer.from(each).toString(form),
      ),
    )
    const stored = () =>
      Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name)))).toString(
        'latin1',
      )
    const found = () =>
      [...parts, ...texts, 'demo-service-secret', SECRET_KEY].filter((text) =>
        stored().includes(text),
      )
    expect(stored()).toContain('demo-service')
    expect(stored()).toContain(decodeJwt(first.access_token).sid)
    expect(found()).toEqual([])
    await Promise.all(running.splice(0).map((each) => each.stop()))
    expect(stored()).toContain(decodeJwt(first.access_token).sid)
    expect(found()).toEqual([])
  })
})
