import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addAccount } from '../harness/accounts.ts'
import { whileHashing } from '../harness/busy-pool.ts'
import { callAs } from '../harness/call.ts'
import { expectProblem } from '../harness/error-responses.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  const pool = { HASH_THREADS: '1', HASH_QUEUE: '0' }
  const settings = { ...pool, REGISTRATION: 'open', LOGIN_MAX_FAILURES: '3' }
  server = await testServer({ settings, empty: true })
  await addAccount(server, { username: 'johndoe' })
})
afterAll(() => server.stop())

const password = 'correct horse battery staple'
const register = (username: string, chosen = password) =>
  callAs(server)('POST', '/users', { username, password: chosen })

describe('registerAccount', () => {
  it('hashes no rejected password, and none for a taken username or an exhausted budget [H2, I1]', async () => {
    await whileHashing(server, async () => {
      await expectProblem(await register('JohnDoe'), 409, 'username_taken')
      await expectProblem(await register('x', 'passwordpassword'), 422, 'password_refused')
      await expectProblem(await register('JOHNDOE'), 409, 'username_taken')
      // There is no room to hash a password.
      expect((await register('newcomer')).status).toBe(503)
      await expectProblem(await register('another'), 429, 'temporarily_unavailable')
    })
  })
})
