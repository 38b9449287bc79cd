import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addAccount } from '../../harness/accounts.ts'
import { callAs } from '../../harness/call.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { tasksOf } from '../../harness/hashes.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'

let server: TestServer
let token: string
beforeAll(async () => {
  server = await testServer()
  token = await server.token()
})
afterAll(() => server.stop())

const current_password = '🦊'.repeat(257)
const new_password = 'correct horse battery staple'

describe.each([
  ['PATCH', '/users/me', { current_password, full_name: 'John' }],
  ['POST', '/users/me/deletion', { current_password }],
  ['PUT', '/users/me/password', { current_password, new_password }],
])('%s %s', (method, path, body) => {
  it('returns 400 for a current password over 1 KiB, and hashes nothing [I2]', async () => {
    const tasks = tasksOf(server)
    const refused = await callAs(server, token)(method, path, body)
    const { detail: said, errors } = await expectProblem(refused, 400, 'invalid_request')
    expect(said).toBe('The request is invalid')
    const detail = 'must have at most 1024 bytes'
    expect(errors).toEqual([{ in: 'body', pointer: '/current_password', detail }])
    expect(tasks).toEqual([])
  })
})

describe('POST /users/me/deletion', () => {
  it('accepts a current password of 1 KiB [I2]', async () => {
    const password = '🦊'.repeat(256)
    await addAccount(server, { username: 'anna', password, scopes: ['me:write'] })
    const call = callAs(server, await server.token({ username: 'anna', password }))
    expect((await call('POST', '/users/me/deletion', { current_password: password })).status).toBe(
      204,
    )
  })
})
