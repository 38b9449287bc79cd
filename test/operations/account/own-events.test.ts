import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addAccount, defaultPassword } from '../../harness/accounts.ts'
import { callAs } from '../../harness/call.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

describe("the events of users' changes to their own accounts", () => {
  it.each([
    ['user_updated', 'PATCH', '/users/me', { full_name: 'Some Body' }],
    ['session_ended', 'DELETE', '/users/me/sessions', undefined],
    ['user_deleted', 'POST', '/users/me/deletion', { current_password: defaultPassword }],
  ] as const)('name the client and the session (%s) [J3]', async (kind, method, path, body) => {
    const username = `doer-of-${kind}`
    const userId = await addAccount(server, { username, scopes: ['me:write'] })
    const token = await server.token({ username, password: defaultPassword })
    await callAs(server, token)(method, path, body)
    const [event] = await server.services.store.auditEvents.list({ userId, kind, limit: 1 })
    expect(event).toMatchObject({ clientId: 'tessera', sessionId: decodeJwt(token).sid })
    expect(event?.actorId).toBeUndefined()
  })
})
