/** A caller who loses rights while the body arrives, or before the transaction begins, can no longer change accounts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  addAccount,
  changeAccount,
  defaultPassword,
  removeAccount,
} from '../../harness/accounts.ts'
import { callAs } from '../../harness/call.ts'
import { declaredScopes } from '../../harness/contract-operations.ts'
import { expectInvalidToken, expectProblem } from '../../harness/error-responses.ts'
import { lateRequest } from '../../harness/late-body.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

let people = 0

/** An administrator who has just logged in. */
async function administrator() {
  const username = `administrator-${people++}`
  const userId = await addAccount(server, { username, scopes: declaredScopes })
  const token = await server.token({ username, password: defaultPassword })
  return { username, userId, token, path: `/users/${userId}`, call: callAs(server, token) }
}

const scopesOf = async (userId: string) =>
  (await server.services.store.users.byId(userId))?.scopes.join(' ')

async function deniedOf(userId: string) {
  const { audit, store } = server.services
  await audit.flush()
  return await store.auditEvents.list({ userId, kind: 'access_denied', limit: 9 })
}

describe('a request whose body arrives late', () => {
  it('does not enable an account that was disabled before the body arrived [S8]', async () => {
    const { username, userId, token, path } = await administrator()
    const finish = await lateRequest(server, token, 'PATCH', path, { disabled: false })
    await changeAccount(server, username, { disabled: true, scopes: [] })
    await expectProblem(await finish(), 400, 'inactive_user')
    expect(await server.services.store.users.byId(userId)).toMatchObject({ disabled: true })
  })

  it('creates no administrator for a caller who was deleted before the body arrived [D7]', async () => {
    const { username, token } = await administrator()
    const puppet = await addAccount(server, { username: `puppet-${people++}` })
    const body = { scopes: [...declaredScopes] }
    const finish = await lateRequest(server, token, 'PATCH', `/users/${puppet}`, body)
    await removeAccount(server, username)
    await expectInvalidToken(server, await finish())
    expect(await scopesOf(puppet)).toBe('me:read items:read')
  })

  it('changes nothing after all sessions were ended [D7]', async () => {
    const { userId, token, call } = await administrator()
    const finish = await lateRequest(server, token, 'PATCH', '/users/me', { full_name: 'late' })
    await call('DELETE', '/users/me/sessions')
    await expectInvalidToken(server, await finish())
    expect((await server.services.store.users.byId(userId))?.fullName).toBeUndefined()
  })

  it('changes nothing after the caller lost the scope, and is recorded once [D5, J3]', async () => {
    const { username, userId, token, path } = await administrator()
    const finish = await lateRequest(server, token, 'PATCH', path, { full_name: 'late' })
    await changeAccount(server, username, { scopes: ['me:read'] })
    await expectProblem(await finish(), 403, 'insufficient_scope')
    expect(await deniedOf(userId)).toHaveLength(1)
  })
})

describe('an item whose body arrives late', () => {
  it('is added even if its owner has logged out, and the next call is rejected [D7]', async () => {
    const { token, call } = await administrator()
    const finish = await lateRequest(server, token, 'POST', '/users/me/items', { item_id: 'late' })
    await call('DELETE', '/users/me/sessions')
    expect((await finish()).status).toBe(201)
    await expectInvalidToken(server, await call('GET', '/users/me/items/late'))
  })
})

/** What an administrator can lose, and the response. */
const losses: readonly [string, number, string, (username: string) => Promise<unknown>][] = [
  ['deleted', 401, 'invalid_token', (name) => removeAccount(server, name)],
  ['disabled', 400, 'inactive_user', (name) => changeAccount(server, name, { disabled: true })],
  [
    'demoted',
    403,
    'insufficient_scope',
    (name) => changeAccount(server, name, { scopes: ['me:read', 'audit:read'] }),
  ],
]

describe.each(losses)('an administrator who is %s before their transaction begins', (...loss) => {
  const [, status, code, lose] = loss

  it('changes nothing [D7, S8, D5]', async () => {
    const { username, call } = await administrator()
    const puppet = await addAccount(server, { username: `puppet-${people++}` })
    beforeWriting(() => lose(username))
    const body = { scopes: [...declaredScopes] }
    await expectProblem(await call('PATCH', `/users/${puppet}`, body), status, code)
    expect(await scopesOf(puppet)).toBe('me:read items:read')
  })

  it('deletes nothing [D7, S8, D5]', async () => {
    const { username, call } = await administrator()
    const victim = await addAccount(server, { username: `victim-${people++}` })
    beforeWriting(() => lose(username))
    await expectProblem(await call('DELETE', `/users/${victim}`), status, code)
    expect(await scopesOf(victim)).toBe('me:read items:read')
  })
})

describe('an administrator who loses a scope before their transaction begins', () => {
  it('cannot grant it, which is recorded once [D5, J3]', async () => {
    const { username, call } = await administrator()
    const puppet = await addAccount(server, { username: `puppet-${people++}` })
    beforeWriting(() => changeAccount(server, username, { scopes: ['users:write'] }))
    const refused = await call('PATCH', `/users/${puppet}`, { scopes: ['audit:read'] })
    await expectProblem(refused, 403, 'scope_not_held')
    expect(await deniedOf(puppet)).toHaveLength(1)
  })
})

/** Runs `work` when the next request has passed every check except those in its transaction. */
function beforeWriting(work: () => Promise<unknown>): void {
  const { users } = server.services.store
  const { change, remove } = users
  const runWork = async () => {
    Object.assign(users, { change, remove })
    await work()
  }
  users.change = async (...request) => {
    await runWork()
    return await change(...request)
  }
  users.remove = async (...request) => {
    await runWork()
    return await remove(...request)
  }
}
