import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contractOperations } from '../harness/contract-operations.ts'
import { expectProblem } from '../harness/error-responses.ts'
import { rawRequest } from '../harness/raw-request.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

describe('a path that is not in the contract', () => {
  it.each([
    ...['/nope', '/user', '/token/x', '/users/me/x', '/USERS/ME', '/users/me//', '//users/me'],
    ...['/users%2Fme', '/%', '/%FF', '/..%2f..%2fetc%2fpasswd', '/__proto__'],
    ...['/constructor', '/users/me/{x}', `/${'x'.repeat(8000)}`],
  ])('returns 404 (%s) [D10, J1]', async (path) => {
    await expectProblem(await rawRequest(`${server.url}${path}`), 404, 'not_found')
  })

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY'])(
    'returns 404 for %s, too [D10, J1]',
    async (method) => {
      await expectProblem(await rawRequest(`${server.url}/nope`, { method }), 404, 'not_found')
    },
  )

  const paths = [...new Set(contractOperations.map(({ path }) => path))]

  it('has a trailing slash, except for the two of the seed [S6]', () => {
    expect(paths.filter((path) => path.endsWith('/'))).toEqual(['/users/me/', '/users/me/items/'])
  })

  const slashed = [...paths, '/docs', '/redoc', '/openapi.yaml', '/openapi.json']
    .map((path) => `${path.replace(/\{[^}]+\}/g, 'some')}/`)
    .filter((path) => !paths.includes(path))

  it.each(slashed)(
    'returns 404 with a trailing slash, except at the two of the seed: %s [S6]',
    async (path) => {
      await expectProblem(await rawRequest(`${server.url}${path}`), 404, 'not_found')
      await expectProblem(
        await rawRequest(`${server.url}${path}`, { method: 'POST' }),
        404,
        'not_found',
      )
    },
  )

  it('does not log its query', async () => {
    await server.get('/nope?password=hunter2-in-the-query')
    expect(server.log()).toMatch(/"path":"\/nope"/)
    expect(server.log()).not.toContain('hunter2')
  })
})
