import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { mediaTypeReader } from '../../../src/contract/request/content-type.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { rawRequest } from '../../harness/raw-request.ts'
import { type BookServer, bookServer } from '../book-server.ts'
import { bookContract } from '../books.ts'

let server: BookServer
beforeAll(async () => {
  server = await bookServer()
})
afterAll(() => server.stop())

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

describe('POST /books returns, depending on the media type,', () => {
  it.each(json)('201 for %s', async (type) => {
    const request = { method: 'POST', headers: headersOf(type), body: book }
    expect((await rawRequest(`${server.url}/books`, request)).status).toBe(201)
  })

  it.each(notJson)('415 for %j, as declared', async (type) => {
    const request = { method: 'POST', headers: headersOf(type), body: book }
    const response = await rawRequest(`${server.url}/books`, request)
    await expectProblem(response, 415, 'unsupported_media_type')
  })

  it('415 for a body without a media type', async () => {
    const request = { method: 'POST', headers: { authorization: 'jane' }, body: book }
    const response = await rawRequest(`${server.url}/books`, request)
    await expectProblem(response, 415, 'unsupported_media_type')
  })
})

describe('an operation without a request body', () => {
  it('accepts any Content-Type', async () => {
    const headers = { 'content-type': 'a/b; c="d' }
    expect((await rawRequest(`${server.url}/books`, { headers })).status).toBe(200)
  })
})

describe('the raw message', () => {
  it.each(['addBook', 'readBook'])('of %s keeps its Content-Type', (id) => {
    const operation = bookContract().operations[id]
    if (!operation) throw new Error('no such operation')
    const headers = { 'content-type': 'application/json; c=1', 'content-length': '2' }
    const sent = { ...headers }
    expect(mediaTypeReader(operation)(headers)).toBe(operation.request[0])
    expect(headers).toEqual(sent)
  })
})

describe('an operation with several media types', () => {
  it('lists them in the error for a different one', async () => {
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

describe('PATCH /books/{book_id} returns, depending on the media type,', () => {
  it.each([{}, { 'content-type': 'text/plain' }, { 'content-length': '0' }])(
    '200 without a body, which is optional: %j',
    async (more) => {
      const request = { method: 'PATCH', headers: { authorization: 'jane', ...more } }
      expect((await rawRequest(`${server.url}/books/1`, request)).status).toBe(200)
      expect(server.requests.at(-1)?.body).toBeUndefined()
    },
  )

  it('400 for a different one, with a chunked body', async () => {
    const headers = { ...headersOf('text/plain'), 'transfer-encoding': 'chunked' }
    const request = { method: 'PATCH', headers, body: '{}' }
    const response = await rawRequest(`${server.url}/books/1`, request)
    await expectProblem(response, 400, 'invalid_request')
  })

  it('400 for a different one, because it declares no 415', async () => {
    const request = { method: 'PATCH', headers: headersOf('text/plain'), body: '{}' }
    const response = await rawRequest(`${server.url}/books/1`, request)
    await expectProblem(response, 400, 'invalid_request')
  })
})
