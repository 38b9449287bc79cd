/** The preconditions of reads (RFC 9110 §13), for every operation whose response has an ETag. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contractOperations } from '../harness/contract-operations.ts'
import { expectProblem } from '../harness/error-responses.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { type Visitor, visitor } from '../harness/visitor.ts'

let server: TestServer
let somebody: Visitor
let token: string
beforeAll(async () => {
  server = await testServer()
  somebody = await visitor(server)
  token = await somebody.token()
})
afterAll(() => server.stop())

const reads = contractOperations.filter(
  ({ method, responses }) => method === 'GET' && responses['200']?.includes('ETag'),
)

it('are declared for the reads of accounts and items', () => {
  expect(reads.map(({ operationId }) => operationId)).toEqual([
    'readUsersMe',
    'readUsersMeWithSlash',
    'readItem',
    'readUser',
  ])
})

describe.each(reads)('$method $path', (operation) => {
  const read = (headers: Record<string, string>, method = 'GET') =>
    somebody.send({ ...operation, method }, token, headers)

  it.each([
    (tag: string) => tag,
    (tag: string) => `W/${tag}`,
    (tag: string) => `"other", ${tag}`,
    () => '*',
  ])('returns 304 without a body for its ETag in If-None-Match: %s [D11, D9]', async (matchOf) => {
    const etag = (await read({})).headers.get('etag') ?? ''
    for (const method of ['GET', 'HEAD']) {
      const response = await read({ 'if-none-match': matchOf(etag) }, method)
      expect([response.status, await response.text()]).toEqual([304, ''])
      expect(response.headers.get('etag')).toBe(etag)
      expect(response.headers.get('cache-control')).toBe('no-store')
    }
  })

  it('returns 200 for another tag [D11]', async () => {
    expect((await read({ 'if-none-match': '"other"' })).status).toBe(200)
  })

  it('returns 412 for another tag in If-Match, before it looks at If-None-Match [D11]', async () => {
    const conditions = { 'if-match': '"other"', 'if-none-match': '*' }
    await expectProblem(await read(conditions), 412, 'precondition_failed')
    const etag = (await read({})).headers.get('etag') ?? ''
    expect((await read({ 'if-match': etag })).status).toBe(200)
  })

  it('returns 400 for an invalid header, and says what it must be [J1]', async () => {
    const response = await read({ 'if-none-match': 'unquoted' })
    const { errors } = await expectProblem(response, 400, 'invalid_request')
    const detail = expect.stringContaining('with its double quotes')
    expect(errors).toEqual([{ in: 'header', pointer: '/If-None-Match', detail }])
  })
})
