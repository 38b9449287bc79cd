import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sessionOf } from '../../harness/audit-trail.ts'
import { callAs } from '../../harness/call.ts'
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

  it('to requests at the same time, but adds one event [J3]', async () => {
    const { userId, token } = await testUser(server)
    let arrived = 0
    const { sessions } = server.services.store
    const { endAll } = sessions
    // Both have passed the check of the token before the first one ends the sessions.
    const both = Promise.withResolvers<void>()
    sessions.endAll = async (...request) => {
      arrived += 1
      if (arrived === 2) both.resolve()
      await both.promise
      return await endAll(...request)
    }
    const revoke = () => callAs(server, token)('DELETE', '/users/me/sessions')
    const statuses = (await Promise.all([revoke(), revoke()])).map(({ status }) => status)
    sessions.endAll = endAll
    expect(statuses).toEqual([204, 204])
    const kinds = (await eventsOf(server, userId)).map(({ kind }) => kind)
    expect(kinds).toEqual(['login', 'session_ended'])
  })
})
