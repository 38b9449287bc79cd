import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectOAuthError, expectProblem } from '../../harness/error-responses.ts'
import {
  type BookHandler,
  type BookServer,
  bookServer,
  emma,
  noStore,
  returnEmma,
} from '../book-server.ts'

let server: BookServer
let unchecked: BookServer
beforeAll(async () => {
  server = await bookServer()
  unchecked = await bookServer({ checkReplies: false })
})
afterAll(() => Promise.all([server.stop(), unchecked.stop()]))

/** The response to a request with this handler. */
function reading(readBook: BookHandler, of: BookServer = server): Promise<Response> {
  of.behave({ handlers: { readBook } })
  return of.ask('/books/1')
}

const throwing =
  (thrown: unknown): BookHandler =>
  () => {
    throw thrown
  }
const causeOf = ({ refusals }: BookServer): unknown => refusals[0]?.cause

describe('A handler returns', () => {
  it.each([returnEmma, async (...given: Parameters<BookHandler>) => returnEmma(...given)])(
    'a reply of its respond, directly or as a promise',
    async (handler) => {
      const response = await reading(handler)
      expect(response.status).toBe(200)
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(response.headers.get('content-type')).toBe('application/json')
      expect(await response.json()).toEqual(emma)
    },
  )

  it('a refusal that it throws, with code, message and headers', async () => {
    const response = await reading((_request, _respond, refuse) => {
      throw refuse[400]?.('no_such_shelf', 'There is no such shelf', { cause: 'moved' })
    })
    const problem = await expectProblem(response, 400, 'no_such_shelf')
    expect(problem.detail).toBe('There is no such shelf')
    expect(server.refusals).toMatchObject([
      { status: 400, code: 'no_such_shelf', message: 'There is no such shelf', cause: 'moved' },
    ])
  })
})

describe('A request returns', () => {
  it('500 if its refusal fails, too, so that the client does not wait forever', async () => {
    server.behave({
      handlers: { readBook: throwing(new Error('broken')) },
      onRefusal: () => {
        throw new Error('the log is full')
      },
    })
    expect((await server.ask('/books/1')).status).toBe(500)
  })
})

const replies: readonly (readonly [what: string, reply: unknown])[] = [
  ['nothing', undefined],
  ['null', null],
  ['a raw object', { status: 200, headers: noStore, mediaType: 'application/json', body: emma }],
  ['a text', 'Emma'],
]
const defects = [
  new Error('SELECT * FROM users: no such column'),
  new TypeError("cannot read 'x' at /srv/app/src/books.ts:1:1"),
  'SELECT 1',
  undefined,
]

describe('A request returns 500', () => {
  it.each(replies)('if the handler returns %s', async (_, reply) => {
    await expectProblem(await reading(() => reply), 500, 'server_error')
    expect(causeOf(server)).toEqual(new TypeError('readBook did not return a reply of its respond'))
  })

  it('if the handler returns the reply of a different operation', async () => {
    const given: unknown[] = []
    const handler: BookHandler = (...exchange) => {
      given.push(returnEmma(...exchange))
      return given[0]
    }
    server.behave({ handlers: { readNewestBook: handler, readBook: handler } })
    expect((await server.ask('/books/newest')).status).toBe(200)
    await expectProblem(await server.ask('/books/1'), 500, 'server_error')
  })

  it.each(defects)(
    'if the handler throws, without revealing the error: %s [C8]',
    async (defect) => {
      const response = await reading(throwing(defect))
      expect(await response.clone().text()).not.toMatch(/select|srv|\.ts|cannot|at /i)
      await expectProblem(response, 500, 'server_error')
      expect(causeOf(server)).toBe(defect)
    },
  )

  it('if the handler rejects [C8]', async () => {
    const response = await reading(() => Promise.reject(new Error('SELECT 1')))
    await expectProblem(response, 500, 'server_error')
  })

  it('as an OAuth error, if the operation uses OAuth errors [C6]', async () => {
    server.behave({ handlers: { lendBook: throwing(new Error('SELECT 1')) } })
    const body = new URLSearchParams({ book: 'Emma' })
    const response = await server.ask('/loans', { method: 'POST', body })
    await expectOAuthError(response, 500, 'server_error')
  })

  it('if the handler throws the refusal of a different operation [K25]', async () => {
    let refusal: unknown
    const handler: BookHandler = (_request, _respond, refuse) => {
      refusal ??= refuse[400]?.('no_such_shelf', 'There is no such shelf')
      throw refusal
    }
    server.behave({ handlers: { readNewestBook: handler, readBook: handler } })
    expect((await server.ask('/books/newest')).status).toBe(400)
    await expectProblem(await server.ask('/books/1'), 500, 'server_error')
    expect(server.refusals.at(-1)?.cause).toBe(refusal)
  })

  it('if the body cannot be serialized, with nothing of the handler’s response', async () => {
    const headers = { ...noStore, Location: '/books/1' }
    const response = await reading(
      (_request, respond) => respond[200]?.({ headers, body: { book_id: 1n } }),
      unchecked,
    )
    expect(response.headers.has('location')).toBe(false)
    await expectProblem(response, 500, 'server_error')
  })
})

describe('A reply that does not conform to the contract', () => {
  const tooMuch: BookHandler = (_request, respond) =>
    respond[200]?.({ headers: { 'X-Shelf': 'B' }, body: { ...emma, hash: 'x' } })

  it('is replaced by a 500, and its faults are reported', async () => {
    const response = await reading(tooMuch)
    expect(response.headers.has('x-shelf')).toBe(false)
    await expectProblem(response, 500, 'server_error')
    expect(server.refusals).toHaveLength(1)
    expect(causeOf(server)).toMatchObject({
      message: expect.stringMatching(
        /^readBook 200: body must NOT .*"hash".*; header x-shelf is not declared; header cache-control is missing$/,
      ),
    })
  })

  it('is replaced by an OAuth error, if the operation uses OAuth errors [C6]', async () => {
    server.behave({
      handlers: { lendBook: (_request, respond) => respond[200]?.({ headers: {}, body: {} }) },
    })
    const body = new URLSearchParams({ book: 'Emma' })
    const response = await server.ask('/loans', { method: 'POST', body })
    await expectOAuthError(response, 500, 'server_error')
    expect(causeOf(server)).toMatchObject({ message: expect.stringMatching(/^lendBook 200: /) })
  })

  it('is not checked again: an invalid refusal is replaced by a 500, too', async () => {
    const response = await reading((_request, _respond, refuse) => {
      throw refuse[400]?.('wrong', 'Wrong', { headers: { 'X-Shelf': 'B' } })
    })
    expect(response.headers.has('x-shelf')).toBe(false)
    await expectProblem(response, 500, 'server_error')
    expect(server.refusals.map(({ status }) => status)).toEqual([400, 500])
  })

  it('is replaced by the 500 even if the contract declares a different 500', async () => {
    const strict = await bookServer({
      edits: [
        [
          'Something broke.\n      headers: {',
          'Something broke.\n      headers: { X-Reason: { required: true, schema: { type: string } },',
        ],
      ],
    })
    const response = await reading(tooMuch, strict)
    await strict.stop()
    await expectProblem(response, 500, 'server_error')
  })

  it('is sent if replies are not checked', async () => {
    const response = await reading(tooMuch, unchecked)
    expect(response.headers.get('x-shelf')).toBe('B')
    expect(await response.json()).toMatchObject({ hash: 'x' })
  })
})

describe('A request that the layer itself rejects', () => {
  it('gets the refusal, also where the operation does not declare it', async () => {
    const undeclared = await bookServer({
      edits: [
        ['"413": { $ref: "#/components/responses/LoanRefused" }', ''],
        ['"400": { $ref: "#/components/responses/LoanRefused" }', ''],
        [
          '"500": { $ref: "#/components/responses/LoanRefused" }',
          '"418": { $ref: "#/components/responses/LoanRefused" }',
        ],
      ],
    })
    const ask = (body: URLSearchParams) => undeclared.ask('/loans', { method: 'POST', body })
    await expectOAuthError(await ask(new URLSearchParams()), 400, 'invalid_request')
    const large = new URLSearchParams({ book: 'x'.repeat(3000) })
    await expectOAuthError(await ask(large), 413, 'invalid_request')
    undeclared.behave({ handlers: { lendBook: throwing(new Error('SELECT 1')) } })
    await expectOAuthError(await ask(new URLSearchParams({ book: 'Emma' })), 500, 'server_error')
    await undeclared.stop()
  })

  it('is in the first format, where the operation declares no errors', async () => {
    const silent = await bookServer({
      edits: [
        ['"413": { $ref: "#/components/responses/LoanRefused" }', ''],
        ['"400": { $ref: "#/components/responses/LoanRefused" }', ''],
        ['"500": { $ref: "#/components/responses/LoanRefused" }', ''],
      ],
    })
    await expectProblem(await silent.ask('/loans', { method: 'POST' }), 400, 'invalid_request')
    await silent.stop()
  })
})
