import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callAs } from '../../harness/call.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ settings: { REGISTRATION: 'open', LOGIN_MAX_FAILURES: '2' } })
})
afterAll(() => server.stop())

const register = (username: string, password = 'correct horse battery staple') =>
  callAs(server)('POST', '/users', { username, password })

describe('the registration budget of a network', () => {
  it('is not reduced by passwords that are rejected before hashing [H2]', async () => {
    for (const username of ['one', 'two', 'three'])
      await expectProblem(await register(username, 'too short'), 422, 'password_refused')
    for (const username of ['one', 'two']) expect((await register(username)).status).toBe(201)
    await expectProblem(await register('three'), 429, 'temporarily_unavailable')
  })

  it('is ten times as large for the estimates of passwords, which take milliseconds [H2]', async () => {
    server.advance(900_001)
    const guessable = 'passwordpassword'
    for (let n = 0; n < 20; n++)
      await expectProblem(await register('four', guessable), 422, 'password_refused')
    await expectProblem(await register('four', guessable), 429, 'temporarily_unavailable')
    // Takes no time, and so is not counted.
    await expectProblem(await register('four', 'too short'), 422, 'password_refused')
    server.advance(900_001)
    expect((await register('four')).status).toBe(201)
  })
})
