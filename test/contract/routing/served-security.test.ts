import { once } from 'node:events'
import { request } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { expectProblem } from '../../harness/error-responses.ts'
import { rawRequest } from '../../harness/raw-request.ts'
import { type BookServer, bookServer, unknown } from '../book-server.ts'
import type { Edit } from '../edited.ts'

let server: BookServer
beforeAll(async () => {
  server = await bookServer()
})
afterAll(() => server.stop())
beforeEach(() => server.behave({}))

function failWith(defect: unknown): void {
  server.behave({
    check: async () => {
      throw defect
    },
  })
}

const adding = {
  method: 'POST',
  headers: { authorization: 'jane', 'content-type': 'application/json' },
}
const withoutName = { method: 'POST', headers: { 'content-type': 'application/json' } }
const book = JSON.stringify({ title: 'Emma', authors: [] })

describe('A secured operation', () => {
  it('gets the principal', async () => {
    expect((await server.ask('/books', { ...adding, body: book })).status).toBe(201)
    expect(server.requests.at(-1)?.principal).toEqual({ name: 'jane' })
  })

  it('calls its check once, with the required scopes', async () => {
    const asked: (readonly string[])[] = []
    server.behave({ check: async (_req, scopes) => asked.push(scopes) })
    await server.ask('/books', { ...adding, body: book })
    expect(asked).toEqual([['books:write']])
  })

  it('calls its check before the body arrives', async () => {
    const asked = Promise.withResolvers<boolean>()
    server.behave({
      check: async ({ complete }) => {
        asked.resolve(complete)
        return {}
      },
    })
    const sent = request(`${server.url}/books`, adding)
    const responded = once(sent, 'response')
    sent.flushHeaders()
    expect(await asked.promise).toBe(false)
    sent.end(book)
    expect(await responded).toMatchObject([{ statusCode: 201 }])
  })

  it('returns the refusal of its check, with code, message and headers', async () => {
    const response = await server.ask('/books', { ...withoutName, body: book })
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect(await expectProblem(response, 401, 'unknown')).toMatchObject({ detail: 'Who is there?' })
    expect(server.requests).toEqual([])
  })

  it.each(['{"title": ', '\u0000', '[]', undefined])(
    'returns 401 before it reads a body: %j',
    async (body) => {
      const response = await rawRequest(`${server.url}/books`, {
        ...withoutName,
        ...(body && { body }),
      })
      await expectProblem(response, 401, 'unknown')
    },
  )

  it.each(['/books/abc', '/books/1?color=blue', '/books/%ZZ'])(
    'returns 401 before it checks parameters: %s',
    async (path) => {
      await expectProblem(await server.ask(path, { method: 'DELETE' }), 401, 'unknown')
    },
  )

  it('returns 429 with Retry-After if its check throws it', async () => {
    server.behave({
      check: async (_req, _scopes, refuse) => {
        throw refuse[429]?.('too_many', 'Later', { headers: { 'Retry-After': 7 } })
      },
    })
    const response = await server.ask('/books', { ...adding, body: book })
    expect(response.headers.get('retry-after')).toBe('7')
    await expectProblem(response, 429, 'too_many')
    expect(server.refusals).toHaveLength(1)
  })

  it('returns 503, not 401, if its check is unavailable [J4]', async () => {
    server.behave({
      check: async (_req, _scopes, refuse) => {
        const init = { headers: { 'Retry-After': 2 }, cause: 'gone' }
        throw refuse[503]?.('temporarily_unavailable', 'The database is unavailable', init)
      },
    })
    const response = await server.ask('/books', { ...adding, body: book })
    expect(response.headers.get('retry-after')).toBe('2')
    await expectProblem(response, 503, 'temporarily_unavailable')
    expect(server.refusals[0]).toMatchObject({ status: 503, cause: 'gone' })
  })

  it.each([new Error('no such table: users'), 'no', undefined, null, false])(
    'returns 500 if its check fails with a defect: %s [C8]',
    async (defect) => {
      failWith(defect)
      const response = await server.ask('/books', { ...adding, body: book })
      await expectProblem(response, 500, 'server_error')
    },
  )
})

describe('A security check of an operation', () => {
  const declared = `"401": { $ref: "#/components/responses/Unauthorized" }
        "403": { $ref: "#/components/responses/Unauthorized" }
        "413": { $ref: "#/components/responses/Invalid" }
        "415"`

  it('can refuse with 401 and 403 that the operation does not declare', async () => {
    const other = await bookServer({ edits: [[declared, '"415"']] })
    const response = await other.ask('/books', { ...withoutName, body: book })
    await other.stop()
    await expectProblem(response, 401, 'unknown')
  })

  it('cannot refuse with another status that it does not declare', async () => {
    server.behave({
      check: async (_req, _scopes, refuse) => {
        expect(Object.keys(refuse)).toEqual(['400', '401', '403', '500'])
        throw refuse[429]?.('too_many', 'Later')
      },
    })
    const response = await server.ask('/books/1', { method: 'DELETE' })
    await expectProblem(response, 500, 'server_error')
  })
})

describe('A public operation', () => {
  it('gets no principal', async () => {
    await server.ask('/books', { headers: { authorization: 'jane' } })
    expect(server.requests.at(-1)?.principal).toBeUndefined()
  })
})

describe('An operation of a contract with security for all operations', () => {
  const noSecurity: Edit = [
    'security: [{ OAuth2: ["books:write"] }]\n      requestBody: { $ref',
    'requestBody: { $ref',
  ]
  const securityOfAll: Edit = ['webhooks:', 'security: [{ OAuth2: ["books:write"] }]\nwebhooks:']

  it('is secured', async () => {
    const secured = await bookServer({ edits: [noSecurity, securityOfAll] })
    const response = await secured.ask('/books', { ...withoutName, body: book })
    await secured.stop()
    await expectProblem(response, 401, 'unknown')
  })
})

describe('An operation with alternatives', () => {
  const alternatives: Edit = [
    'security: [{ OAuth2: ["books:write"] }]\n      requestBody: { $ref',
    'security: [{ OAuth2: ["books:write"] }, { OAuth2: ["books:own"] }]\n      requestBody: { $ref',
  ]
  const ownBooks: Edit = [
    '"books:write": Change the books.',
    '"books:write": Change the books., "books:own": Change own books.',
  ]
  let open: BookServer
  beforeAll(async () => {
    open = await bookServer({ edits: [alternatives, ownBooks] })
  })
  afterAll(() => open.stop())

  it('returns one 403 that names all that would do', async () => {
    const denied: unknown[] = []
    open.behave({
      check: async (_req, [scope], refuse) => {
        throw refuse[403]?.('forbidden', `Without ${scope}`, {
          headers: { 'WWW-Authenticate': `Bearer scope="${scope}"` },
        })
      },
      onDenied: async (refusals, { url }) =>
        void denied.push([url, refusals.map(({ message }) => message)]),
    })
    const response = await open.ask('/books', { ...adding, body: book })
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer scope="books:write", Bearer scope="books:own"',
    )
    const { detail } = await expectProblem(response, 403, 'forbidden')
    expect(detail).toBe('No alternative is met: Without books:write; Without books:own')
    expect(open.refusals).toHaveLength(1)
    expect(denied).toEqual([['/books', ['Without books:write', 'Without books:own']]])
  })

  it('returns 503, not 401 or 403, if a check is unavailable [J4]', async () => {
    open.behave({
      check: async (_req, [scope], refuse) => {
        if (scope === 'books:write') throw refuse[401]?.(...unknown)
        const init = { headers: { 'Retry-After': 2 } }
        throw refuse[503]?.('temporarily_unavailable', 'The database is unavailable', init)
      },
    })
    const response = await open.ask('/books', { ...adding, body: book })
    await expectProblem(response, 503, 'temporarily_unavailable')
  })
})

describe('An operation with optional security', () => {
  const maybeNamed: Edit = [
    'operationId: lendBook\n      tags: [Loans]\n      security: []',
    'operationId: lendBook\n      tags: [Loans]\n      security: [{ OAuth2: [] }, {}]',
  ]
  let open: BookServer
  beforeAll(async () => {
    open = await bookServer({ edits: [maybeNamed] })
  })
  afterAll(() => open.stop())
  const lend = (body: string, headers = {}) =>
    open.ask('/loans', { method: 'POST', body: new URLSearchParams(body), headers })

  it('gets the principal or none', async () => {
    expect((await lend('book=Emma', { authorization: 'jane' })).status).toBe(200)
    expect((await lend('book=Emma')).status).toBe(200)
    expect(open.requests.map(({ principal }) => principal)).toEqual([{ name: 'jane' }, undefined])
  })

  it('returns the fault of an unauthenticated request, not a 401', async () => {
    expect((await lend('book=')).status).toBe(400)
  })
})

describe('A key in the query', () => {
  const operation = 'operationId: addBook\n      tags: [Books]\n      security: '
  const schemes = '  securitySchemes:\n'
  const keyed: readonly Edit[] = [
    [`${operation}[{ OAuth2: ["books:write"] }]`, `${operation}[{ Key: [] }]`],
    [schemes, `${schemes}    Key: { type: apiKey, in: query, name: key }\n`],
  ]

  it('is read by its check, and is no undeclared parameter where its scheme is required [K42]', async () => {
    await using keyServer = await disposable(keyed)
    const seen: string[] = []
    keyServer.behave({ checkKey: async ({ url }) => seen.push(url) })
    const post = { ...withoutName, body: book }
    expect((await keyServer.ask('/books?key=x', post)).status).toBe(201)
    expect(seen).toEqual(['/books?key=x'])
    await expectProblem(await keyServer.ask('/books?key=x&kee=y', post), 400, 'invalid_request')
    await expectProblem(await keyServer.ask('/books/1?key=x'), 400, 'invalid_request')
  })
})

async function disposable(edits: readonly Edit[]): Promise<BookServer & AsyncDisposable> {
  const started = await bookServer({ edits })
  return { ...started, [Symbol.asyncDispose]: () => started.stop() }
}
