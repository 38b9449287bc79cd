/** What a handler may refuse with, and what the errors that it throws become. */
import { afterEach, describe, expect, it } from 'vitest'
import type { Refusal } from '../../../src/contract/errors/refusal.ts'
import { when } from '../../../src/contract/errors/refusal-mapping.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import {
  type BookHandler,
  type BookRefuse,
  type BookServer,
  type BookServerOptions,
  bookServer,
  emma,
  noStore,
} from '../book-server.ts'
import type { Edit } from '../edited.ts'

class Stale extends Error {}
class VeryStale extends Stale {}

/** Declares 404 with two codes, for `readBook` alone. */
const notFound: Edit = [
  `responses:
        "200": { $ref: "#/components/responses/OneBook" }
        "400": { $ref: "#/components/responses/Invalid" }
        "500": { $ref: "#/components/responses/Broken" }
    patch`,
  `responses:
        "200": { $ref: "#/components/responses/OneBook" }
        "400": { $ref: "#/components/responses/Invalid" }
        "404": { $ref: "#/components/responses/NotFound" }
        "500": { $ref: "#/components/responses/Broken" }
    patch`,
]
const codes: Edit = [
  '    Broken:\n',
  `    NotFound:
      description: There is no such book.
      x-codes: [not_found, withdrawn]
      headers: { Cache-Control: { $ref: "#/components/headers/NoStore" } }
      content: { application/problem+json: { schema: { $ref: "#/components/schemas/Problem" } } }
    Broken:
`,
]

let server: BookServer | undefined
afterEach(() => server?.stop())

/** The response to a request for a book. */
async function reading(readBook: BookHandler, options: BookServerOptions = {}): Promise<Response> {
  server = await bookServer({ edits: [notFound, codes], ...options })
  server.behave({ handlers: { readBook } })
  return await server.ask('/books/1')
}

const refusing =
  (refusalOf: (refuse: BookRefuse) => unknown): BookHandler =>
  (_request, _respond, refuse) => {
    throw refusalOf(refuse)
  }
const throwing = (error: Error) => refusing(() => error)
const entry = (code: string, message?: string) =>
  when(
    Stale,
    (error, refuse: BookRefuse) => refuse[404]?.(code, message ?? error.message) as Refusal,
  )
const causeOf = (of = server): unknown => of?.refusals[0]?.cause

describe('A handler refuses', () => {
  it('with a declared code', async () => {
    const response = await reading(refusing((refuse) => refuse[404]?.('withdrawn', 'Gone')))
    await expectProblem(response, 404, 'withdrawn')
  })

  it.each([true, false])(
    'with 500 if the code is not declared, whether replies are checked: %s',
    async (checkReplies) => {
      const handler = refusing((refuse) => refuse[404]?.('no_such', 'Not found'))
      await expectProblem(await reading(handler, { checkReplies }), 500, 'server_error')
      expect(causeOf()).toEqual(
        new TypeError('readBook refused with 404 no_such, which openapi.yaml does not declare'),
      )
    },
  )
})

describe('An error that a handler throws', () => {
  it('is the refusal of the first entry for its class, or for a superclass of it [K25]', async () => {
    const refusals = { readBook: [entry('withdrawn', 'First'), entry('not_found')] }
    const response = await reading(throwing(new VeryStale('Old')), { refusals })
    expect(await expectProblem(response, 404, 'withdrawn')).toMatchObject({ detail: 'First' })
  })

  it('is the cause of the refusal, for the log', async () => {
    const error = new Stale('Old')
    const response = await reading(throwing(error), {
      refusals: { readBook: [entry('not_found')] },
    })
    expect(await expectProblem(response, 404, 'not_found')).toMatchObject({ detail: 'Old' })
    expect(causeOf()).toBe(error)
  })

  it('is the refusal of the list for all operations, after the list of its own', async () => {
    const common = [
      when(
        Error,
        (error, refuse: BookRefuse) => refuse[400]?.('invalid', error.message) as Refusal,
      ),
    ]
    const lists = { refusals: { readBook: [entry('not_found')] }, commonRefusals: common }
    await expectProblem(await reading(throwing(new Stale('Old')), lists), 404, 'not_found')
    await server?.stop()
    await expectProblem(await reading(throwing(new Error('Wrong')), lists), 400, 'invalid')
  })

  it('is a 500 if no entry fits [K25]', async () => {
    const error = new Error('x')
    const response = await reading(throwing(error), {
      refusals: { readBook: [entry('not_found')] },
    })
    await expectProblem(response, 500, 'server_error')
    expect(causeOf()).toBe(error)
  })

  it('is a 500 if its entry fails, or does not return a refusal of the operation', async () => {
    const refusals = { readBook: [entry('no_such')] }
    await expectProblem(
      await reading(throwing(new Stale('Old')), { refusals }),
      500,
      'server_error',
    )
    expect(causeOf()).toBeInstanceOf(TypeError)
    await server?.stop()
    const none = { readBook: [when(Stale, () => undefined as unknown as Refusal)] }
    const response = await reading(throwing(new Stale('Old')), { refusals: none })
    await expectProblem(response, 500, 'server_error')
    expect(causeOf()).toEqual(new TypeError('readBook mapped Stale to no refusal of its refuse'))
  })
})

describe('An error that a security check throws', () => {
  const unauthorized = when(
    Stale,
    (error, refuse: BookRefuse) =>
      refuse[401]?.('stale', error.message, {
        headers: { 'WWW-Authenticate': 'Bearer' },
      }) as Refusal,
  )

  it.each([
    ['operation', { refusals: { removeBook: [unauthorized] } }],
    ['scheme', { securityRefusals: { OAuth2: [unauthorized] } }],
  ])('is mapped by the list of the %s', async (_, lists) => {
    server = await bookServer(lists)
    server.behave({
      check: async () => {
        throw new Stale('The token is stale')
      },
    })
    const response = await server.ask('/books/1', { method: 'DELETE' })
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    await expectProblem(response, 401, 'stale')
  })

  it('is mapped by the list of its scheme if the handler throws it, and of no other scheme', async () => {
    const lists = { securityRefusals: { OAuth2: [unauthorized] } }
    server = await bookServer(lists)
    const handler = throwing(new Stale('Old'))
    server.behave({ handlers: { removeBook: handler, readBook: handler } })
    const init = { method: 'DELETE', headers: { authorization: 'jane' } }
    await expectProblem(await server.ask('/books/1', init), 401, 'stale')
    await expectProblem(await server.ask('/books/1'), 500, 'server_error')
  })
})

describe('A refusal that is made and not thrown', () => {
  const returning: BookHandler = (_request, respond) =>
    respond[200]?.({ headers: noStore, body: emma })
  const forgetting =
    (forget: (refuse: BookRefuse) => unknown): BookHandler =>
    async (request, respond, refuse) => {
      await forget(refuse)
      return returning(request, respond, refuse)
    }
  const went = (what: string, made: string) =>
    expect.stringMatching(
      new RegExp(
        `^${what} made the refusal ${made} at \\S*refusals\\.test\\.ts:\\d+:\\d+, and went on: throw it$`,
      ),
    )

  it.each<[string, (refuse: BookRefuse) => unknown]>([
    ['by the handler', (refuse) => refuse[404]?.('withdrawn', 'Gone')],
    ['by a function', ({ 404: notFound }) => notFound?.('withdrawn', 'Gone')],
    [
      'and is caught',
      (refuse) => Promise.reject(refuse[404]?.('withdrawn', 'Gone')).catch(() => {}),
    ],
  ])('%s is a 500 whose cause names the operation and the line [K41]', async (_, forget) => {
    await expectProblem(await reading(forgetting(forget)), 500, 'server_error')
    expect(causeOf()).toMatchObject({ message: went('readBook', '404 withdrawn') })
  })

  it('is a 500 before a raw reply too', async () => {
    const response = await reading((_request, respond, refuse) => {
      refuse[404]?.('withdrawn', 'Gone')
      return respond.raw?.({ status: 200, headers: {} })
    })
    await expectProblem(response, 500, 'server_error')
  })

  it('of one request does not disturb another, which has none', async () => {
    let passed = () => {}
    const waiting = new Promise<void>((resolve) => {
      passed = resolve
    })
    server = await bookServer({ edits: [notFound, codes] })
    server.behave({
      handlers: {
        readBook: async (request, respond, refuse) => {
          if (Object(request.path).book_id === 2) return returning(request, respond, refuse)
          const refusal = refuse[404]?.('withdrawn', 'Gone')
          await waiting
          throw refusal
        },
      },
    })
    const first = server.ask('/books/1')
    expect((await server.ask('/books/2')).status).toBe(200)
    passed()
    await expectProblem(await first, 404, 'withdrawn')
  })

  it('by a security check is a 500, and lets nobody in [K41]', async () => {
    server = await bookServer()
    server.behave({
      check: async (_req, _scopes, refuse) => {
        refuse[401]?.('unknown', 'Who is there?')
        return {}
      },
    })
    const response = await server.ask('/books/1', { method: 'DELETE' })
    await expectProblem(response, 500, 'server_error')
    expect(causeOf()).toMatchObject({ message: went('the check of OAuth2', '401 unknown') })
  })
})
