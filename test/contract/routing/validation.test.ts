import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectOAuthError, expectProblem } from '../../harness/error-responses.ts'
import { type BookServer, bookServer } from '../book-server.ts'

let server: BookServer
beforeAll(async () => {
  server = await bookServer({
    edits: [['errors: { type: array,', 'errors: { type: array, maxItems: 100,']],
  })
})
afterAll(() => server.stop())

const headers = { authorization: 'jane', 'content-type': 'application/json' }
const add = (book: unknown) =>
  server.ask('/books', { method: 'POST', headers, body: JSON.stringify(book) })

describe('POST /books returns 400', () => {
  it('and lists each fault of the body with a JSON pointer [J1]', async () => {
    const { errors, detail } = await expectProblem(
      await add({ title: '', authors: [{ name: 5 }, {}, { name: 'Jane', born: '1775' }], hash: 1 }),
      400,
      'invalid_request',
    )
    expect(detail).toBe('The request is invalid')
    expect(errors).toHaveLength(5)
    expect(errors).toEqual(
      expect.arrayContaining([
        { in: 'body', pointer: '/hash', detail: 'must NOT have additional properties' },
        { in: 'body', pointer: '/title', detail: 'must NOT have fewer than 1 characters' },
        { in: 'body', pointer: '/authors/0/name', detail: 'must be string' },
        { in: 'body', pointer: '/authors/1/name', detail: 'is required' },
        { in: 'body', pointer: '/authors/2/born', detail: 'must be integer' },
      ]),
    )
  })

  it('and lists at most a hundred faults [J1]', async () => {
    const fields = Array.from({ length: 150 }, (_, at) => [`${at}`, 0])
    const book = { title: 'Emma', authors: [], ...Object.fromEntries(fields) }
    const { errors } = await expectProblem(await add(book), 400, 'invalid_request')
    expect(errors).toHaveLength(100)
  })

  it('for a field named __proto__', async () => {
    const body = '{"title":"Emma","authors":[],"__proto__":{"polluted":true}}'
    const response = await server.ask('/books', { method: 'POST', headers, body })
    const { errors } = await expectProblem(response, 400, 'invalid_request')
    expect(errors).toMatchObject([{ pointer: '/__proto__' }])
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  it('before any handler is called', async () => {
    const { length } = server.requests
    await add({})
    expect(server.requests).toHaveLength(length)
  })
})

describe('GET /books/{book_id} returns', () => {
  it('200, with the parameter converted to its type', async () => {
    expect((await server.ask('/books/12')).status).toBe(200)
    expect(server.requests.at(-1)?.path).toEqual({ book_id: 12 })
  })

  it.each(['abc', '1.5', '0', '__proto__'])('400 for an invalid parameter: %s [J1]', async (id) => {
    const response = await server.ask(`/books/${id}`)
    const { errors } = await expectProblem(response, 400, 'invalid_request')
    expect(errors).toEqual([{ in: 'path', pointer: '/book_id', detail: expect.any(String) }])
  })

  it.each(['%ZZ', '%FF', '%'])(
    '400 for a path that is not percent-encoded UTF-8: %s',
    async (id) => {
      const response = await server.ask(`/books/${id}`)
      const { errors } = await expectProblem(response, 400, 'invalid_request')
      expect(errors).toEqual([{ in: 'path', pointer: '', detail: 'is malformed' }])
    },
  )
})

describe('GET /books returns 200', () => {
  it('with the query converted to its types', async () => {
    expect((await server.ask('/books?title=Emma&limit=5')).status).toBe(200)
    expect(server.requests.at(-1)?.query).toEqual({ title: 'Emma', limit: 5 })
  })

  it('with the declared headers, by their declared names', async () => {
    expect(
      (await server.ask('/books', { headers: { 'x-shelf': 'B', 'x-more': 'C' } })).status,
    ).toBe(200)
    expect(server.requests.at(-1)?.header).toEqual({ 'X-Shelf': 'B' })
    expect((await server.ask('/books')).status).toBe(200)
    expect(server.requests.at(-1)?.header).toEqual({})
  })
})

describe('GET /books returns 400', () => {
  it('for an invalid header [J1]', async () => {
    const response = await server.ask('/books', { headers: { 'x-shelf': 'B'.repeat(21) } })
    const { errors } = await expectProblem(response, 400, 'invalid_request')
    expect(errors).toEqual([
      { in: 'header', pointer: '/X-Shelf', detail: 'must NOT have more than 20 characters' },
    ])
  })
})

describe('GET /books returns 400', () => {
  const written = [
    ...'0x10 0b1 0o7 1e1 1E1 1e400 -1e400 01 00 5.0 5. .5 5+ 1_0 --5 5n NaN Infinity'.split(' '),
    ...['', '%2B5', '+5', '%095', '5%0A', '%C2%A05', '%EF%BC%95'],
  ]

  it.each(written)('for an integer written as %j [J1]', async (limit) => {
    const response = await server.ask(`/books?limit=${limit}`)
    const { errors } = await expectProblem(response, 400, 'invalid_request')
    expect(errors).toEqual([{ in: 'query', pointer: '/limit', detail: 'must be integer' }])
  })

  it('for such a number in a header or a path [J1]', async () => {
    const header = await server.ask('/books', { headers: { 'x-row': '0x10' } })
    expect((await expectProblem(header, 400, 'invalid_request')).errors).toEqual([
      { in: 'header', pointer: '/X-Row', detail: 'must be integer' },
    ])
    for (const id of ['1e400', '9'.repeat(400)]) {
      const path = await server.ask(`/books/${id}`)
      expect((await expectProblem(path, 400, 'invalid_request')).errors).toEqual([
        { in: 'path', pointer: '/book_id', detail: 'must be integer' },
      ])
    }
  })

  it('with the other faults of the request [J1]', async () => {
    const headers = { 'x-shelf': 'B'.repeat(21) }
    const query = `limit=1e3&title=${'a'.repeat(101)}`
    const response = await server.ask(`/books?${query}`, { headers })
    const { errors = [] } = await expectProblem(response, 400, 'invalid_request')
    expect(errors.map(({ in: part, pointer }) => part + pointer).toSorted()).toEqual([
      'header/X-Shelf',
      'query/limit',
      'query/title',
    ])
  })

  it('for a number that is not a JSON number [J1]', async () => {
    for (const price of ['0x10', '1.', '.5', '+1', '01.5', '1e400'])
      expect([
        price,
        (await server.ask(`/books?price=${encodeURIComponent(price)}`)).status,
      ]).toEqual([price, 400])
    for (const price of ['0', '1.50', '2.5e1', '100'])
      expect([price, (await server.ask(`/books?price=${price}`)).status]).toEqual([price, 200])
  })
})

describe('GET /shelves/{shelf}/books.all returns', () => {
  it('200, with the parameter decoded', async () => {
    expect((await server.ask('/shelves/a%20b%2Fc+d@e/books.all')).status).toBe(200)
    expect(server.requests.at(-1)?.path).toEqual({ shelf: 'a b/c+d@e' })
  })
})

describe('POST /loans returns 400', () => {
  it('as an OAuth error that names the field', async () => {
    const response = await server.ask('/loans', {
      method: 'POST',
      body: new URLSearchParams({ book: 'a'.repeat(101) }),
    })
    const { error_description } = await expectOAuthError(response, 400, 'invalid_request')
    expect(error_description).toBe('book must NOT have more than 100 characters')
  })
})
