import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sessionOf } from '../../harness/audit-trail.ts'
import { expectInvalidToken } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { eventsOf, testUser } from '../../harness/test-user.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

describe('DELETE /users/me/sessions returns 204', () => {
  it('and ends all sessions at once, the current one included, but none of other accounts [D7, D8, J3]', async () => {
    const [{ userId, call, login, token }, neighbor] = [
      await testUser(server),
      await testUser(server),
    ]
    const other = await server.token(login)
    expect((await call('DELETE', '/users/me/sessions')).status).toBe(204)
    await expectInvalidToken(server, await call('GET', '/users/me'))
    await expectInvalidToken(server, await server.get('/users/me', other))
    expect((await neighbor.call('GET', '/users/me')).status).toBe(200)
    const ended = (await eventsOf(server, userId)).filter(({ kind }) => kind === 'session_ended')
    expect(ended).toMatchObject([{ sessionId: sessionOf(token), detail: 'all' }])
  })
})
