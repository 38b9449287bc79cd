import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addAccount, defaultPassword, disableAccount } from '../../harness/accounts.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

describe('GET /users/me returns 200', () => {
  it('the account of the token, never its hash, with Cache-Control: no-store [S4, D9]', async () => {
    const response = await server.get('/users/me', await server.token())
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({
      user_id: expect.stringMatching(/^u_[\w-]{22}$/),
      username: 'johndoe',
      full_name: 'John Doe',
      email: 'johndoe@example.com',
      email_verified: true,
      disabled: false,
      scopes: ['me:read', 'me:write', 'items:read', 'items:write'],
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    })
  })

  it('at the path of the seed, too [S6]', async () => {
    const token = await server.token()
    const [plain, slashed] = await Promise.all(
      ['/users/me', '/users/me/'].map(async (path) => {
        const response = await server.get(path, token)
        return { status: response.status, text: await response.text() }
      }),
    )
    expect(plain).toMatchObject({ status: 200 })
    expect(slashed).toEqual(plain)
  })

  it('for a token with just this scope', async () => {
    const token = await server.token({ scope: 'me:read' })
    expect((await server.get('/users/me', token)).status).toBe(200)
  })

  it('without the empty fields of the account', async () => {
    await addAccount(server, { username: 'plain' })
    const token = await server.token({ username: 'plain', password: defaultPassword })
    const body = await (await server.get('/users/me', token)).json()
    expect(body).not.toHaveProperty('email')
    expect(body).not.toHaveProperty('full_name')
  })
})

describe('GET /users/me returns 400', () => {
  it('for a user who was disabled after the token was issued [S8]', async () => {
    await addAccount(server, { username: 'leaver' })
    const token = await server.token({ username: 'leaver', password: defaultPassword })
    expect((await server.get('/users/me', token)).status).toBe(200)
    await disableAccount(server, 'leaver')
    const response = await server.get('/users/me', token)
    expect(response.headers.get('www-authenticate')).toBeNull()
    expect(await expectProblem(response, 400, 'inactive_user')).toMatchObject({
      detail: 'Inactive user',
    })
  })
})
