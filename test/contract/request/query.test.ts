import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectProblem } from '../../harness/error-responses.ts'
import { rawRequest } from '../../harness/raw-request.ts'
import { type BookServer, bookServer } from '../book-server.ts'

let server: BookServer
beforeAll(async () => {
  server = await bookServer()
})
afterAll(() => server.stop())

const queries = [
  ['a+b', 'a b'],
  ['a%20b', 'a b'],
  ['a%2Bb', 'a+b'],
  ['a@b', 'a@b'],
  ['a*b', 'a*b'],
  ["!'()*", "!'()*"],
  ['a:b/c?d;e,f$', 'a:b/c?d;e,f$'],
  ['a=b', 'a=b'],
  ['a%26limit=7', 'a&limit=7'],
  ['%E2%82%AC', '€'],
] as const
const badQueries = ['title=%ZZ', 'title=%', 'title=%FF', '%ZZ=1', 'title=a&%C3'] as const
const strangeQueries = [
  ['unknown', 'color=blue', '/color'],
  ['unknown, although every object inherits it', 'constructor=a', '/constructor'],
  ['unknown, in an escaped pointer', 'a~b/c=1', '/a~0b~1c'],
  ['unknown and without a name', '=1', '/'],
  ['unknown, named like a prototype', '__proto__=a', '/__proto__'],
  ['repeated', 'title=a&title=b', '/title'],
  ['repeated as a list', 'title[]=a', '/title[]'],
  ['an object', 'title[a]=b', '/title[a]'],
  ['empty', 'title=', '/title'],
  ['without a value', 'title', '/title'],
  ['of a different type', 'limit=many', '/limit'],
  ['out of range', 'limit=101', '/limit'],
] as const

describe('GET /books returns 200', () => {
  it.each(queries)('for a query with reserved characters: title=%s', async (sent, title) => {
    const { status } = await rawRequest(`${server.url}/books?title=${sent}`)
    expect(status).toBe(200)
    expect(server.requests.at(-1)?.query).toEqual({ title })
  })

  it.each(['?', '?&&'])('for an empty query: %s', async (query) => {
    expect((await rawRequest(`${server.url}/books${query}`)).status).toBe(200)
    expect(server.requests.at(-1)?.query).toEqual({})
  })
})

describe('GET /books returns 400', () => {
  it.each(badQueries)('for a query that is not percent-encoded UTF-8: %s', async (query) => {
    const response = await rawRequest(`${server.url}/books?${query}`)
    await expectProblem(response, 400, 'invalid_request')
  })

  it.each(strangeQueries)(
    'with the pointer of a parameter that is %s [J1]',
    async (_, query, pointer) => {
      const response = await rawRequest(`${server.url}/books?${query}`)
      const { errors } = await expectProblem(response, 400, 'invalid_request')
      expect(errors).toEqual([{ in: 'query', pointer, detail: expect.any(String) }])
    },
  )
})

describe('GET /books returns 400', () => {
  it('and lists each of a hundred unknown parameters, and reads no more than that [J1]', async () => {
    const query = Array.from({ length: 100 }, (_, at) => `x${at}`).join('&')
    const listed = await rawRequest(`${server.url}/books?${query}`)
    const { errors = [] } = await expectProblem(listed, 400, 'invalid_request')
    expect(errors).toHaveLength(100)
    const refused = await rawRequest(`${server.url}/books?${query}&%ZZ`)
    const { detail } = await expectProblem(refused, 400, 'invalid_request')
    expect(detail).toBe('The query has too many parameters: use at most 100')
  })

  it('and quotes at most a thousand characters of a name [J1]', async () => {
    const response = await rawRequest(`${server.url}/books?${'x'.repeat(3000)}=1`)
    const { errors = [] } = await expectProblem(response, 400, 'invalid_request')
    expect(errors.map(({ pointer }) => pointer)).toEqual([`/${'x'.repeat(999)}`])
  })
})
