import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callAs } from '../../harness/call.ts'
import { expectInvalidToken, expectProblem } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { eventsOf, kindsOf, type TestUser, testUser } from '../../harness/test-user.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const sessionOf = (token: string) => String(decodeJwt(token).sid)
const placeOf = ({ token }: Pick<TestUser, 'token'>) => `/users/me/sessions/${sessionOf(token)}`

describe('DELETE /users/me/sessions/{session_id} returns 204', () => {
  it('and ends the session at once, and no other [D7, J3]', async () => {
    const { userId, call, token, login } = await testUser(server)
    const other = await server.token(login)
    expect((await call('DELETE', placeOf({ token: other }))).status).toBe(204)
    await expectInvalidToken(server, await server.get('/users/me', other))
    expect((await call('GET', '/users/me')).status).toBe(200)
    expect((await call('DELETE', placeOf({ token }))).status).toBe(204)
    await expectInvalidToken(server, await call('GET', '/users/me'))
    const ended = (await eventsOf(server, userId)).filter(({ kind }) => kind === 'session_ended')
    expect(ended.map(({ sessionId }) => sessionId)).toEqual([other, token].map(sessionOf))
  })
})

describe('DELETE /users/me/sessions/{session_id} returns 404', () => {
  it('for the session of a different account, as for an unknown one, and does not end it [D8]', async () => {
    const [mine, another] = [await testUser(server), await testUser(server)]
    const foreign = await mine.call('DELETE', placeOf(another))
    const unknown = await mine.call('DELETE', '/users/me/sessions/s_nobodys')
    const problem = await expectProblem(foreign, 404, 'not_found')
    expect(await expectProblem(unknown, 404, 'not_found')).toEqual(problem)
    expect((await another.call('GET', '/users/me')).status).toBe(200)
    for (const { userId } of [mine, another])
      expect(await kindsOf(server, userId)).toEqual(['login'])
  })

  it('for an ended or expired session', async () => {
    const { call, login, userId } = await testUser(server)
    const ended = { token: await server.token(login) }
    await call('DELETE', placeOf(ended))
    await expectProblem(await call('DELETE', placeOf(ended)), 404, 'not_found')
    const idle = { token: await server.token(login) }
    server.advance(15 * 86_400_000)
    const later = callAs(server, await server.token(login))
    await expectProblem(await later('DELETE', placeOf(idle)), 404, 'not_found')
    const kinds = await kindsOf(server, userId)
    expect(kinds.filter((kind) => kind === 'session_ended')).toHaveLength(1)
  })
})
