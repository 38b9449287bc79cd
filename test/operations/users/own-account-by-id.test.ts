import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addAccount, defaultPassword } from '../../harness/accounts.ts'
import { callAs, jsonOf } from '../../harness/call.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const scopes = ['me:read', 'users:read', 'users:write']
let administrators = 0
async function administrator() {
  const username = `administrator-${administrators++}`
  const userId = await addAccount(server, { username, scopes })
  const token = await server.token({ username, password: defaultPassword })
  return { path: `/users/${userId}`, call: callAs(server, token) }
}

describe("an administrator's token at the id of their own account", () => {
  it('changes no e-mail address: /users/me requires the password [I4]', async () => {
    const { path, call } = await administrator()
    const refused = await call('PATCH', path, { email: 'thief@example.com' })
    const { detail } = await expectProblem(refused, 409, 'own_account')
    expect(detail).toContain('/users/me')
    expect(await jsonOf(call('GET', path))).not.toHaveProperty('email')
  })

  it('does not delete the account [I4]', async () => {
    const { path, call } = await administrator()
    const { detail } = await expectProblem(await call('DELETE', path), 409, 'own_account')
    expect(detail).toContain('/users/me/deletion')
    expect((await call('GET', path)).status).toBe(200)
  })

  it('changes the name and the scopes, as of any account', async () => {
    const { path, call } = await administrator()
    const changes = { full_name: 'Some Body', scopes: ['users:read', 'users:write'] }
    expect(await jsonOf(call('PATCH', path, changes))).toMatchObject(changes)
  })
})
