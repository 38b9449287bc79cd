import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { challenge } from '../harness/challenge.ts'
import { expectProblem } from '../harness/error-responses.ts'
import { rawRequest } from '../harness/raw-request.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

let server: TestServer
let token: string
beforeAll(async () => {
  server = await testServer()
  token = await server.token()
})
afterAll(() => server.stop())

const me = (...authorization: readonly string[]) =>
  rawRequest(`${server.url}/users/me`, { headers: { authorization } })

const expectMalformed = async (response: Response) => {
  expect(response.headers.get('www-authenticate')).toBe(
    challenge(server, 'error="invalid_request"'),
  )
  await expectProblem(response, 400, 'invalid_request')
}

describe('a protected operation returns 200', () => {
  it.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])('for the scheme %s [D2]', async (scheme) => {
    expect((await me(`${scheme} ${token}`)).status).toBe(200)
  })

  it('for several spaces after the scheme (1*SP in RFC 6750 §2.1)', async () => {
    expect((await me(`Bearer   ${token}`)).status).toBe(200)
  })
})

describe('a protected operation returns 403', () => {
  it('for a token without the scope, and names the scopes of the contract [D5]', async () => {
    const response = await me(`Bearer ${await server.token({ scope: 'items:read' })}`)
    expect(response.headers.get('www-authenticate')).toBe(
      challenge(server, 'error="insufficient_scope"', 'scope="me:read"'),
    )
    await expectProblem(response, 403, 'insufficient_scope')
  })

  it('even if the account has the scope [D5]', async () => {
    const items = await server.get('/users/me/items', await server.token({ scope: 'me:read' }))
    await expectProblem(items, 403, 'insufficient_scope')
  })
})

describe('a protected operation returns 400', () => {
  it.each(['Bearer', 'Bearer ', 'Bearer a b', 'bearer a, b', 'Bearer a Bearer b'])(
    'invalid_request for the header %j [D3]',
    async (authorization) => {
      await expectMalformed(await me(authorization))
    },
  )

  it.each(['Bearer x', 'Basic Og==', '', 'the same once more'])(
    'invalid_request for a valid header and a second one (%j) [D3]',
    async (text) => {
      const good = `Bearer ${token}`
      const other = text === 'the same once more' ? good : text
      await expectMalformed(await me(good, other))
      await expectMalformed(await me(other, good))
    },
  )
})

describe('a token outside the Authorization header', () => {
  it('is not accepted in the query, and is not logged [D6]', async () => {
    const alone = await server.get(`/users/me?access_token=${token}`)
    await expectProblem(alone, 401, 'not_authenticated')
    const both = await server.get(`/users/me?access_token=${token}`, token)
    await expectMalformed(both)
    expect(server.log()).toMatch(/"path":"\/users\/me"/)
    expect(server.log()).not.toContain(token)
  })

  it('is not accepted in a form [D6]', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const body = `access_token=${token}`
    const response = await rawRequest(`${server.url}/users/me`, { headers, body })
    await expectProblem(response, 401, 'not_authenticated')
  })

  it('is not accepted in a cookie [D6]', async () => {
    const headers = { cookie: `access_token=${token}; Authorization=Bearer ${token}` }
    const response = await rawRequest(`${server.url}/users/me`, { headers })
    await expectProblem(response, 401, 'not_authenticated')
  })
})
