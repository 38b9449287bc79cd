import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contractOperations, securedOperations } from '../harness/contract-operations.ts'
import { expectOAuthError, expectProblem } from '../harness/error-responses.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { volatileFolder } from '../harness/volatile-folder.ts'

describe('a server whose store is unavailable', () => {
  let server: TestServer
  let token: string
  beforeAll(async () => {
    const settings = { REGISTRATION: 'open', MAIL_DIR: volatileFolder('mails-') }
    server = await testServer({ settings })
    token = await server.token()
    await server.services.store.close()
  })
  afterAll(() => server.stop())

  it.each(['/readyz', '/users/me', '/users/me/items', '/.well-known/jwks.json'])(
    'returns 503 at %s with Retry-After [J4]',
    async (path) => {
      const response = await server.get(path, token)
      expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
      const problem = await expectProblem(response, 503, 'temporarily_unavailable')
      expect(problem.detail).toBe('The database is unavailable')
    },
  )

  it.each(securedOperations)('returns 503 to $method $path [J4]', async (operation) => {
    const { method, somePath, json } = operation
    const response = await fetch(`${server.url}${somePath}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(json && { 'content-type': 'application/json' }),
      },
      ...(json && { body: JSON.stringify(json) }),
    })
    await expectProblem(response, 503, 'temporarily_unavailable')
  })

  const mailed = contractOperations.filter(
    ({ scopes, responses }) => scopes.length === 0 && '501' in responses,
  )

  it.each(mailed)('returns 503 to $method $path, without a token [J4]', async (operation) => {
    const response = await fetch(`${server.url}${operation.path}`, {
      method: operation.method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(operation.json),
    })
    await expectProblem(response, 503, 'temporarily_unavailable')
  })

  it('returns 503 for a registration [J4]', async () => {
    const response = await fetch(`${server.url}/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'newcomer', password: 'correct horse battery' }),
    })
    await expectProblem(response, 503, 'temporarily_unavailable')
  })

  it('returns 503 at /token with Retry-After [J4, C6]', async () => {
    const response = await server.login()
    expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    const error = await expectOAuthError(response, 503, 'temporarily_unavailable')
    expect(error.error_description).toBe('The database is unavailable')
  })

  const metadata = ['oauth-authorization-server', 'oauth-protected-resource']

  it.each(['/healthz', ...metadata.map((name) => `/.well-known/${name}`)])(
    'still returns 200 at %s',
    async (path) => {
      expect((await server.get(path)).status).toBe(200)
    },
  )

  it('still rejects a token of a different issuer with 401', async () => {
    await expectProblem(await server.get('/users/me', 'garbage'), 401, 'invalid_token')
  })
})
