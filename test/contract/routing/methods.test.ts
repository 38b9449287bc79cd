import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectOAuthError, expectProblem } from '../../harness/error-responses.ts'
import { rawRequest } from '../../harness/raw-request.ts'
import { type BookServer, bookServer } from '../book-server.ts'

let server: BookServer
beforeAll(async () => {
  server = await bookServer()
})
afterAll(() => server.stop())

const ask = (method: string, path: string) => rawRequest(`${server.url}${path}`, { method })

describe('HEAD', () => {
  it.each(['/books', '/books/1', '/books?limit=1'])(
    'returns the response of GET without the body: %s [D10]',
    async (path) => {
      const get = await ask('GET', path)
      const head = await ask('HEAD', path)
      expect(head.status).toBe(200)
      expect(await head.text()).toBe('')
      const headersOf = ({ headers }: Response) => [...headers].filter(([name]) => name !== 'date')
      expect(headersOf(head)).toEqual(headersOf(get))
    },
  )

  it('is rejected if GET is [D10]', async () => {
    const head = await ask('HEAD', '/loans')
    expect([head.status, head.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
  })
})

const paths = [
  ['/books', 'GET, HEAD, POST, OPTIONS'],
  ['/books/newest', 'GET, HEAD, OPTIONS'],
  ['/books/1', 'GET, HEAD, PATCH, DELETE, OPTIONS'],
  ['/books/abc?limit=%ZZ', 'GET, HEAD, PATCH, DELETE, OPTIONS'],
  ['/loans', 'POST, OPTIONS'],
] as const

describe('OPTIONS returns 204', () => {
  it.each(paths)('and lists the methods of %s [D10]', async (path, allow) => {
    const response = await ask('OPTIONS', path)
    expect(response.status).toBe(204)
    expect(response.headers.get('allow')).toBe(allow)
  })
})

describe('Other methods return 405', () => {
  it.each(['PUT', 'TRACE', 'QUERY', 'PROPFIND'])(
    'and list the methods of the path: %s [D10]',
    async (method) => {
      const response = await ask(method, '/books/1')
      expect(response.headers.get('allow')).toBe('GET, HEAD, PATCH, DELETE, OPTIONS')
      await expectProblem(response, 405, 'method_not_allowed')
    },
  )

  it.each(['GET', 'PUT'])(
    'as an OAuth error, if the path uses OAuth errors: %s [A1]',
    async (method) => {
      const response = await ask(method, '/loans')
      expect(response.headers.get('allow')).toBe('POST, OPTIONS')
      await expectOAuthError(response, 405, 'invalid_request')
    },
  )

  it('and are reported', async () => {
    server.behave({})
    await ask('PUT', '/books')
    expect(server.refusals).toMatchObject([{ status: 405 }])
  })
})

describe('A path', () => {
  it.each([
    '/',
    '/shelves',
    '/books/',
    '/books/1/',
    '/books/newest/',
    '/books/?',
    '/books//',
    '/Books',
    '//books',
    '/books/1/2',
  ])('is passed to the next middleware if the contract does not have it: %s', async (path) => {
    const response = await ask('GET', path)
    expect([response.status, await response.text()]).toEqual([404, 'not of the contract'])
  })
})
