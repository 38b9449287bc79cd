import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestServer, testServer } from '../../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

describe('GET /users/me answers 200', () => {
  it('S4 the account behind the token, and never its hash', async () => {
    const response = await server.get('/users/me', await server.token())
    expect(response.status).toBe(200)
    const body = await response.json()
    expect(body).toMatchObject({
      username: 'johndoe',
      full_name: 'John Doe',
      email: 'johndoe@example.com',
      disabled: false,
    })
    expect(JSON.stringify(body)).not.toMatch(/hash|\$2b\$/)
  })
})
