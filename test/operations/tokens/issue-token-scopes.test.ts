import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TokenResponse } from '../../../generated/api.ts'
import { addAccount, defaultPassword } from '../../harness/accounts.ts'
import { expectOAuthError } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
  await addAccount(server, { username: 'items-only', scopes: ['items:read'] })
  for (const scopes of [['me:read'], ['items:read', 'me:read'], []]) {
    await server.services.store.clients.add({
      clientId: scopes.join(' ') || 'nothing',
      secretHash: undefined,
      grants: ['password', 'refresh_token'],
      scopes,
      mayIntrospect: false,
      disabled: false,
      createdAt: 0,
    })
  }
})
afterAll(() => server.stop())

const johndoe = {}
const itemsOnly = { username: 'items-only', password: defaultPassword }

async function scopeOf(form: Record<string, string>): Promise<string> {
  const { access_token, scope }: TokenResponse = JSON.parse(await (await server.login(form)).text())
  expect(decodeJwt(access_token).scope).toBe(scope)
  return scope
}

describe('POST /token returns 200', () => {
  it.each([
    ['the user', johndoe, 'tessera', 'me:read me:write items:read items:write'],
    ['the user, who has fewer than the client,', itemsOnly, 'tessera', 'items:read'],
    ['the client, which has fewer than the user,', johndoe, 'me:read', 'me:read'],
    ['both, in the order of the user,', johndoe, 'items:read me:read', 'me:read items:read'],
    ['both, possibly none,', itemsOnly, 'me:read', ''],
    ['a client without scopes', johndoe, 'nothing', ''],
  ])('with the scopes of %s if none is requested [C2]', async (_who, user, client_id, scope) => {
    expect(await scopeOf({ ...user, client_id })).toBe(scope)
  })

  it('and the token allows these and no more [C2]', async () => {
    const token = await server.token({ client_id: 'me:read' })
    expect((await server.get('/users/me', token)).status).toBe(200)
    expect((await server.get('/users/me/items', token)).status).toBe(403)
  })
})

describe('POST /token returns 400 invalid_scope', () => {
  it.each([
    ['is unknown', johndoe, 'tessera', 'root'],
    ['is unknown, with one that is allowed', johndoe, 'tessera', 'me:read root'],
    ['the user does not have', itemsOnly, 'tessera', 'me:read'],
    ['the user does not have, with one that they have', itemsOnly, 'tessera', 'items:read me:read'],
    ['the client may not have', johndoe, 'me:read', 'items:read'],
    ['the client may not have, with one that it may', johndoe, 'me:read', 'me:read items:read'],
    ['is the beginning of an allowed one', johndoe, 'tessera', 'me:rea'],
    ['is an allowed one in a different case', johndoe, 'tessera', 'ME:READ'],
  ])('for a scope that %s [C3]', async (_what, user, client_id, scope) => {
    const response = await server.login({ ...user, client_id, scope })
    await expectOAuthError(response, 400, 'invalid_scope')
  })

  it('and names the scopes that are unknown or not allowed [C3]', async () => {
    const response = await server.login({ ...itemsOnly, scope: 'items:read me:read root' })
    const { error_description } = await expectOAuthError(response, 400, 'invalid_scope')
    expect(error_description).toMatch(/me:read.*root/)
    expect(error_description).not.toContain('items:read')
  })
})
