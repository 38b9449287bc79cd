/** Changes of the account while its current password is hashed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  addAccount,
  defaultPassword,
  disableAccount,
  removeAccount,
} from '../../harness/accounts.ts'
import { callAs } from '../../harness/call.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { afterHashing } from '../../harness/hashes.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'

let server: TestServer
let anotherHash: string
beforeAll(async () => {
  server = await testServer()
  anotherHash = await server.services.passwords.hash('another one')
})
afterAll(() => server.stop())

let people = 0
async function testUser() {
  const username = `somebody-${people++}`
  const userId = await addAccount(server, { username, scopes: ['me:read', 'me:write'] })
  const token = await server.token({ username, password: defaultPassword })
  return { username, userId, token, call: callAs(server, token) }
}

const current_password = defaultPassword
const changes: readonly [string, string, object][] = [
  ['PATCH', '/users/me', { email: 'new@example.com', current_password }],
  ['POST', '/users/me/deletion', { current_password }],
  ['PUT', '/users/me/password', { new_password: 'correct horse battery staple', current_password }],
]

const failures = async (userId: string) =>
  (await server.services.store.auditEvents.list({ userId, kind: 'login_failed', limit: 9 })).map(
    ({ detail }) => detail,
  )

describe.each(changes)('%s %s', (method, path, body) => {
  it('changes no account that was disabled during the request [S8]', async () => {
    const { username, userId, call } = await testUser()
    const before = await server.services.store.users.byId(userId)
    afterHashing(server, () => disableAccount(server, username))
    await expectProblem(await call(method, path, body), 400, 'inactive_user')
    const { version: _, ...after } = (await server.services.store.users.byId(userId)) ?? {}
    expect({ ...before, disabled: true }).toMatchObject(after)
  })

  it('changes nothing for a session that ended during the request [D7]', async () => {
    const { userId, call, token } = await testUser()
    const before = await server.services.store.users.byId(userId)
    afterHashing(server, () => callAs(server, token)('DELETE', '/users/me/sessions'))
    await expectProblem(await call(method, path, body), 401, 'invalid_token')
    expect(await server.services.store.users.byId(userId)).toEqual(before)
  })

  it('rejects a password that was changed during the request, and records it [I4, J3]', async () => {
    const { username, userId, call } = await testUser()
    const { users } = server.services.store
    const { passwordHash = '' } = (await users.byName(username)) ?? {}
    afterHashing(server, () => users.rehash(userId, passwordHash, anotherHash))
    await expectProblem(await call(method, path, body), 403, 'wrong_password')
    expect((await users.byId(userId))?.passwordHash).toBe(anotherHash)
    await server.services.audit.flush()
    expect(await failures(userId)).toEqual(['password changed during the request'])
  })

  it('returns 401 if the account was deleted during the request [D7]', async () => {
    const { username, call } = await testUser()
    afterHashing(server, () => removeAccount(server, username))
    await expectProblem(await call(method, path, body), 401, 'invalid_token')
  })
})
