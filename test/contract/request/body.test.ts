import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import type { Request, Response } from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyReader } from '../../../src/contract/request/body.ts'
import { defaultLimits } from '../../../src/contract/request/limits.ts'
import { expectOAuthError, expectProblem } from '../../harness/error-responses.ts'
import { converse, rawRequest } from '../../harness/raw-request.ts'
import { type BookServer, bookServer } from '../book-server.ts'
import { bookContract } from '../books.ts'

let server: BookServer
beforeAll(async () => {
  server = await bookServer()
})
afterAll(() => server.stop())

const sending = (
  method: string,
  body: string | Uint8Array | undefined,
  type = 'application/json',
): RequestInit => ({
  method,
  headers: { authorization: 'jane', 'content-type': type },
  ...(body === undefined ? {} : { body: Buffer.from(body) }),
})
const post = (body?: string | Uint8Array) => server.ask('/books', sending('POST', body))
const form = 'application/x-www-form-urlencoded'
const lend = (body?: string) => server.ask('/loans', sending('POST', body, form))

const malformed = ['{"title": ', "{'title': 1}", '\uFEFF{}', 'title=Emma', '{}{}'] as const
const notObjects = ['null', '[]', '"Emma"', '1', 'true'] as const

describe('POST /books returns 201', () => {
  it('for a JSON body', async () => {
    expect((await post('{"title":"Emmä 😀","authors":[{"name":"Jane"}]}')).status).toBe(201)
    expect(server.requests.at(-1)?.body).toEqual({ title: 'Emmä 😀', authors: [{ name: 'Jane' }] })
  })

  it('for a surrogate pair in two escapes, next to other values', async () => {
    const body = '{"title":"\\ud83d\\ude00","authors":[{"name":"\\uD83D\\uDE00","born":1775}]}'
    expect((await post(body)).status).toBe(201)
    expect(server.requests.at(-1)?.body).toEqual({
      title: '😀',
      authors: [{ name: '😀', born: 1775 }],
    })
  })

  it('for an escaped backslash before the letters of a surrogate', async () => {
    const body = '{"title":"\\\\ud83d \\ud83d\\ude00","authors":[]}'
    expect((await post(body)).status).toBe(201)
    expect(server.requests.at(-1)?.body).toEqual({ title: '\\ud83d 😀', authors: [] })
  })
})

describe('POST /books returns 400', () => {
  it.each([
    '{"title":"\\ud83d","authors":[]}',
    '{"title":"\\uDE00","authors":[]}',
    '{"title":"Emma","authors":[{"name":"Jane \\ud800"}]}',
    '{"title":"Emma","authors":[],"\\ud800":1}',
    '{"title":"\\\\\\ud83d","authors":[]}',
    '{"title":"\\ud83d\\\\\\ude00","authors":[]}',
  ])('for an unpaired surrogate: %s', async (body) => {
    const { detail } = await expectProblem(await post(body), 400, 'invalid_request')
    expect(detail).toBe('The body contains an unpaired surrogate')
  })

  it('for a missing required body whose fields are optional [J1]', async () => {
    const strict = await bookServer({ edits: [['required: false', 'required: true']] })
    const response = await strict.ask('/books/1', sending('PATCH', undefined))
    await strict.stop()
    const { errors } = await expectProblem(response, 400, 'invalid_request')
    expect(errors).toEqual([{ in: 'body', pointer: '', detail: 'is required' }])
  })

  it.each(malformed)('for a body that is not JSON: %j', async (body) => {
    const { detail } = await expectProblem(await post(body), 400, 'invalid_request')
    expect(detail).toBe('The body is not JSON')
  })

  it.each(notObjects)(
    'for JSON that is not an object, with the pointer of the whole body: %s [J1]',
    async (body) => {
      const { errors } = await expectProblem(await post(body), 400, 'invalid_request')
      expect(errors).toEqual([{ in: 'body', pointer: '', detail: 'must be object' }])
    },
  )

  it('for a body that is not UTF-8', async () => {
    const body = Buffer.concat([Buffer.from('{"title":"'), Buffer.from([0xff]), Buffer.from('"}')])
    const { detail } = await expectProblem(await post(body), 400, 'invalid_request')
    expect(detail).toBe('The body is not UTF-8')
  })

  it.each([undefined, ''])('for a missing body, with its pointer: %j [J1]', async (body) => {
    const { errors } = await expectProblem(await post(body), 400, 'invalid_request')
    expect(errors).toEqual([{ in: 'body', pointer: '', detail: 'is required' }])
  })

  it('or 415 for a compressed body [K15]', async () => {
    const { headers, ...init } = sending('POST', gzipSync('{"title":"Emma","authors":[]}'))
    const gzip = { ...init, headers: { ...headers, 'content-encoding': 'gzip' } }
    const declared = await server.ask('/books', gzip)
    const { detail } = await expectProblem(declared, 415, 'unsupported_media_type')
    expect(detail).toBe('The body must not be compressed')
    const undeclared = await server.ask('/books/1', { ...gzip, method: 'PATCH' })
    await expectProblem(undeclared, 400, 'invalid_request')
    const same = { ...gzip, headers: { ...gzip.headers, 'content-encoding': 'Identity' } }
    await expectProblem(await server.ask('/books', same), 400, 'invalid_request')
  })

  it('for an incomplete body, which is logged', async () => {
    server.behave({})
    const { port } = new URL(server.url)
    const socket = connect(Number(port), '127.0.0.1')
    socket.end(
      'POST /books HTTP/1.1\r\nHost: a\r\nAuthorization: jane\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    )
    await expect.poll(() => server.refusals.length).toBe(1)
    expect(server.refusals).toMatchObject([{ status: 400, cause: 'request.aborted' }])
  })
})

describe('POST /books returns 413', () => {
  it('for a body over the limit, and the connection stays usable', async () => {
    const head =
      'POST /books HTTP/1.1\r\nHost: a\r\nAuthorization: jane\r\nContent-Type: application/json\r\n'
    const next = 'GET /books/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
    const said = await converse(
      server.url,
      `${head}Content-Length: 200000\r\n\r\n${'a'.repeat(200_000)}`,
      next,
    )
    expect(said.match(/HTTP.*(?=\r)/g)).toEqual([
      'HTTP/1.1 413 Content Too Large',
      'HTTP/1.1 200 OK',
    ])
    expect(said).toContain(
      '"code":"content_too_large","detail":"The body is larger than 2000 bytes"',
    )
  })
})

describe('PATCH /books/{book_id} returns 200', () => {
  it('without an optional body', async () => {
    expect((await server.ask('/books/1', sending('PATCH', undefined))).status).toBe(200)
    expect(server.requests.at(-1)?.body).toBeUndefined()
  })

  it('for an empty chunked body', async () => {
    const headers = {
      authorization: 'jane',
      'content-type': 'application/json',
      'transfer-encoding': 'chunked',
    }
    const request = { method: 'PATCH', headers }
    expect((await rawRequest(`${server.url}/books/1`, request)).status).toBe(200)
    expect(server.requests.at(-1)?.body).toBeUndefined()
  })

  it('with an optional body', async () => {
    expect((await server.ask('/books/1', sending('PATCH', '{"title":"Emma"}'))).status).toBe(200)
    expect(server.requests.at(-1)?.body).toEqual({ title: 'Emma' })
  })
})

describe('DELETE /books/{book_id} returns 204', () => {
  it('for an undeclared body, which is not read', async () => {
    expect((await server.ask('/books/1', sending('DELETE', '{"title": '))).status).toBe(204)
    expect(server.requests.at(-1)?.body).toBeUndefined()
  })
})

describe('POST /loans returns', () => {
  it('200 for a form', async () => {
    expect((await lend('book=Emma+1&color=blue&reader=')).status).toBe(200)
    expect(server.requests.at(-1)?.body).toEqual({ book: 'Emma 1', color: 'blue' })
  })

  it('400 for a form that cannot be decoded, as an OAuth error [A10]', async () => {
    await expectOAuthError(await lend('book=%ZZ'), 400, 'invalid_request')
  })

  it('400 for a missing form', async () => {
    const { error_description } = await expectOAuthError(await lend(), 400, 'invalid_request')
    expect(error_description).toBe('book is required')
  })
})

describe('a body that cannot be read', () => {
  const failing = (stream: Readable) => {
    const { document, operations } = bookContract()
    const { addBook } = operations
    const read = addBook && bodyReader(document, addBook, defaultLimits)
    const headers = { 'content-type': 'application/json', 'content-length': '2' }
    const req = Object.assign(stream, { headers }) as unknown as Request
    const json = 'application/json'
    return read?.(req, {} as Response, { declared: json, contentType: json })
  }

  it('is a defect if the stream has an encoding', async () => {
    await expect(failing(Readable.from(['{}']).setEncoding('utf8'))).rejects.toMatchObject({
      type: 'stream.encoding.set',
    })
  })

  it('is malformed if its stream fails', async () => {
    const stream = new Readable({ read: () => void stream.destroy(new TypeError('EIO')) })
    await expect(failing(stream)).rejects.toMatchObject({ status: 400, cause: 'TypeError' })
  })
})
