import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { pathOf, plainContentType } from '../../src/contract/plain-request.ts'
import { expectProblem } from '../harness/error-answers.ts'
import { rawRequest } from '../harness/raw-request.ts'
import { type BookServer, bookServer } from './book-server.ts'
import { bookContract } from './books.ts'

let server: BookServer
beforeAll(async () => {
  server = await bookServer()
})
afterAll(() => server.stop())

const paths = [
  ['/books', '/books'],
  ['/books/', '/books'],
  ['/books?title=a/', '/books'],
  ['/books/?', '/books'],
  ['/books//', '/books/'],
  ['/', '/'],
  ['/?', '/'],
  ['?a/', ''],
] as const

describe('pathOf', () => {
  it.each(paths)('S6 takes off the query and one trailing slash: %s', (url, path) => {
    expect(pathOf(url)).toBe(path)
  })
})

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
  ['unknown', 'colour=blue', '/colour'],
  ['unknown, though every object has it', 'constructor=a', '/constructor'],
  ['unknown, in an escaped pointer', 'a~b/c=1', '/a~0b~1c'],
  ['unknown, and has no name', '=1', '/'],
  ['unknown, though it is a prototype', '__proto__=a', '/__proto__'],
  ['repeated', 'title=a&title=b', '/title'],
  ['repeated as a list', 'title[]=a', '/title[]'],
  ['an object', 'title[a]=b', '/title[a]'],
  ['empty', 'title=', '/title'],
  ['without a value', 'title', '/title'],
  ['of another type', 'limit=many', '/limit'],
  ['out of range', 'limit=101', '/limit'],
] as const

describe('GET /books answers 200', () => {
  it.each(queries)('to a query with reserved characters: title=%s', async (sent, title) => {
    const { status } = await rawRequest(`${server.url}/books?title=${sent}`)
    expect(status).toBe(200)
    expect(server.requests.at(-1)?.query).toEqual({ title })
  })

  it.each(['?', '?&&', '/?'])('to a query that is empty: %s', async (query) => {
    expect((await rawRequest(`${server.url}/books${query}`)).status).toBe(200)
    expect(server.requests.at(-1)?.query).toEqual({})
  })

  it('to a Content-Type, however strange: it takes no body', async () => {
    const headers = { 'content-type': 'a/b; c="d' }
    expect((await rawRequest(`${server.url}/books`, { headers })).status).toBe(200)
  })
})

describe('GET /books answers 400', () => {
  it.each(badQueries)('to a query that is not percent-encoded UTF-8: %s', async (query) => {
    const response = await rawRequest(`${server.url}/books?${query}`)
    await expectProblem(response, 400, 'invalid_request')
  })

  it.each(strangeQueries)('J1 and points at a parameter that is %s', async (_, query, pointer) => {
    const response = await rawRequest(`${server.url}/books?${query}`)
    const { errors } = await expectProblem(response, 400, 'invalid_request')
    expect(errors).toEqual([{ in: 'query', pointer, detail: expect.any(String) }])
  })
})

describe('GET /books answers 400 to a flood', () => {
  it('J1 of unknown parameters, and names a hundred', async () => {
    const query = Array.from({ length: 150 }, (_, at) => `x${at}`).join('&')
    const response = await rawRequest(`${server.url}/books?${query}`)
    const { errors = [] } = await expectProblem(response, 400, 'invalid_request')
    expect(errors).toHaveLength(100)
  })

  it('J1 of one long name, and repeats a thousand characters', async () => {
    const response = await rawRequest(`${server.url}/books?${'x'.repeat(3000)}=1`)
    const { errors = [] } = await expectProblem(response, 400, 'invalid_request')
    expect(errors.map(({ pointer }) => pointer)).toEqual([`/${'x'.repeat(999)}`])
  })
})

const json = [
  'application/json',
  'Application/JSON',
  'application/json; charset=utf-8',
  'application/json;charset="UTF-8"',
  'application/json ; x=1',
] as const
const notJson = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/problem+json',
  'application/json+x',
  '*/*',
  'application/json; charset=latin1',
  'application/json; charset=utf-8x',
  'application/json; charset=x-charset=utf-8',
  "application/json; charset*=utf-16''x",
  '',
] as const
const headersOf = (type: string) => ({ authorization: 'jane', 'content-type': type })
const book = JSON.stringify({ title: 'Emma', authors: [] })

describe('POST /books answers by the media type', () => {
  it.each(json)('201 to %s', async (type) => {
    const request = { method: 'POST', headers: headersOf(type), body: book }
    expect((await rawRequest(`${server.url}/books`, request)).status).toBe(201)
  })

  it.each(notJson)('415 to %j, as declared', async (type) => {
    const request = { method: 'POST', headers: headersOf(type), body: book }
    const response = await rawRequest(`${server.url}/books`, request)
    await expectProblem(response, 415, 'unsupported_media_type')
  })

  it('415 to a body of none', async () => {
    const request = { method: 'POST', headers: { authorization: 'jane' }, body: book }
    const response = await rawRequest(`${server.url}/books`, request)
    await expectProblem(response, 415, 'unsupported_media_type')
  })
})

describe('an operation that takes no body', () => {
  it('J7 is told no Content-Type: express-openapi-validator would keep a validator for it', async () => {
    const { readBook } = bookContract().operations
    if (!readBook) throw new Error('no such operation')
    const app = express().use(plainContentType(readBook), (req, res) => {
      res.json(Object.keys(req.headers))
    })
    const listening = app.listen(0, '127.0.0.1')
    onTestFinished(() => listening.close().closeAllConnections())
    await once(listening, 'listening')
    const { port } = listening.address() as AddressInfo
    const headers = { 'content-type': 'a/b; c=1', 'x-shelf': 'B' }
    const names = await (await fetch(`http://127.0.0.1:${port}/`, { headers })).json()
    expect(names).toContain('x-shelf')
    expect(names).not.toContain('content-type')
  })
})

describe('an operation that takes several media types', () => {
  it('names them to those who send another', async () => {
    const other = await bookServer({
      edits: [
        [
          'content: { application/json: { schema: { $ref: "#/components/schemas/NewBook" } } }',
          'content: { application/json: {}, application/vnd.book+json: {} }',
        ],
      ],
    })
    onTestFinished(() => other.stop())
    const request = { method: 'POST', headers: headersOf('text/plain'), body: book }
    const response = await other.ask('/books', request)
    const { detail } = await expectProblem(response, 415, 'unsupported_media_type')
    expect(detail).toBe('The body must be application/json or application/vnd.book+json')
  })
})

describe('PATCH /books/{book_id} answers by the media type', () => {
  it.each([{}, { 'content-type': 'text/plain' }, { 'content-length': '0' }])(
    '200 where there is no body, which it does not require: %j',
    async (more) => {
      const request = { method: 'PATCH', headers: { authorization: 'jane', ...more } }
      expect((await rawRequest(`${server.url}/books/1`, request)).status).toBe(200)
      expect(server.requests.at(-1)?.body).toBeUndefined()
    },
  )

  it('400 to another one than its own, though the body comes in chunks', async () => {
    const headers = { ...headersOf('text/plain'), 'transfer-encoding': 'chunked' }
    const request = { method: 'PATCH', headers, body: '{}' }
    const response = await rawRequest(`${server.url}/books/1`, request)
    await expectProblem(response, 400, 'invalid_request')
  })

  it('400 to another one than its own, for it declares no 415', async () => {
    const request = { method: 'PATCH', headers: headersOf('text/plain'), body: '{}' }
    const response = await rawRequest(`${server.url}/books/1`, request)
    await expectProblem(response, 400, 'invalid_request')
  })
})
