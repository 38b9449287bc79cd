/** How the adapter converts the validator's errors. Which requests are rejected: router/validation.test.ts, strict-numbers.test.ts. */

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Fault } from '../../../src/contract/errors/refusal.ts'
import { requestValidator } from '../../../src/contract/request/openapi-validator.ts'
import { type BookServer, bookServer } from '../book-server.ts'
import { bookContract } from '../books.ts'
import type { Edit } from '../edited.ts'

const list = 'errors: { type: array,'
const shelf = '{ name: X-Shelf, in: header, schema: { type: string,'
const title = 'name: title, in: query, schema: { type: string,'
const letters = 'schema: { pattern: "^[a-z]*$", type: string,'

let server: BookServer
beforeAll(async () => {
  server = await bookServer({
    edits: [
      [list, 'errors: { type: array, maxItems: 100,'],
      [shelf, `{ name: X-Shelf, in: header, description: Letters only., ${letters}`],
      [
        '{ name: X-Row, in: header, schema: {',
        `{ name: X-Row, in: header, required: true, schema: {`,
      ],
      [title, `name: title, in: query, ${letters}`],
    ],
  })
})
afterAll(() => server.stop())

const headers = { 'x-row': '1' }
const json = { authorization: 'jane', 'content-type': 'application/json' }

/** Without asking what the contract has room for. */
async function faultsOf(
  path: string,
  init: RequestInit = { headers },
  of = server,
): Promise<readonly Fault[]> {
  of.behave({})
  expect((await of.ask(path, init)).status).toBe(400)
  return of.refusals[0]?.faults ?? []
}

describe('requestValidator', () => {
  it.each(['listBooks', 'addBook', 'readBook', 'lendBook', 'readNewestBook'])(
    'exists for an operation with parameters or a body: %s',
    (operationId) => {
      const { document, operations } = bookContract()
      const operation = operations[operationId]
      if (!operation) throw new Error(`no such operation: ${operationId}`)
      const takesSomething = operationId !== 'readNewestBook'
      expect(requestValidator(document, operation, 100) !== undefined).toBe(takesSomething)
    },
  )
})

it('checks a request with a parameter as before, after a valid one without any', async () => {
  const free = await bookServer({ edits: [[title, `name: title, in: query, ${letters}`]] })
  onTestFinished(() => free.stop())
  expect((await free.ask('/books')).status).toBe(200)
  expect(await faultsOf('/books?title=UP', {}, free)).toMatchObject([{ pointer: '/title' }])
  expect((await free.ask('/books')).status).toBe(200)
})

it('checks each request without parameters, if one is required', async () => {
  for (const _ of [1, 2])
    expect(await faultsOf('/books', {})).toMatchObject([{ in: 'header', pointer: '/X-Row' }])
})

/** Validates a body without a server. Throws a `BadRequest`. */
function validate(body: unknown): void {
  const { document, operations } = bookContract()
  const { addBook } = operations
  const check = addBook && requestValidator(document, addBook, 100)
  const parameters = { path: {}, query: {}, header: {}, cookie: {}, faults: [] }
  check?.(parameters, { value: body }, 'application/json')
}

/** A list of invalid authors that counts how often one is read. */
function countingList(length: number): { list: unknown[]; reads: () => number } {
  let reads = 0
  const list = new Proxy(
    Array.from({ length }, () => ({})),
    {
      get(target, key) {
        if (/^\d+$/.test(String(key))) reads += 1
        return Reflect.get(target, key)
      },
    },
  )
  return { list, reads: () => reads }
}

describe('requestValidator', () => {
  it('stops at the hundredth invalid member of a list [J1]', () => {
    const { list, reads } = countingList(10_000)
    expect(() => validate({ title: 'Emma', authors: list })).toThrow('invalid')
    expect(reads()).toBe(100)
  })
})

describe('a fault', () => {
  it('of a required parameter says that it is required [J1]', async () => {
    expect(await faultsOf('/books', {})).toEqual([
      { in: 'header', pointer: '/X-Row', detail: 'is required' },
    ])
  })

  it('of a pattern does not quote it [J1]', async () => {
    expect(await faultsOf('/books?title=A1')).toEqual([
      {
        in: 'query',
        pointer: '/title',
        detail: 'does not match the required pattern',
      },
    ])
  })

  it('of the pattern of a header has the description of the header [J1]', async () => {
    expect(await faultsOf('/books', { headers: { ...headers, 'x-shelf': 'B1' } })).toEqual([
      { in: 'header', pointer: '/X-Shelf', detail: 'is malformed. Letters only.' },
    ])
  })

  it('of a repeated query parameter says so, once [J1]', async () => {
    for (const query of ['limit=1&limit=2', 'title=a&title=b'])
      expect(await faultsOf(`/books?${query}`)).toEqual([
        { in: 'query', pointer: `/${query.split('=')[0]}`, detail: 'is repeated' },
      ])
  })

  it('of a list in the body does not call it a repeated parameter [J1]', async () => {
    const body = '{"title":["a","b"],"authors":[]}'
    expect(await faultsOf('/books', { method: 'POST', headers: json, body })).toEqual([
      { in: 'body', pointer: '/title', detail: 'must be string' },
    ])
  })

  it('is no longer than the contract allows [J1]', async () => {
    const body = JSON.stringify({ title: 'a', authors: [], ['x'.repeat(1500)]: 1 })
    const [fault] = await faultsOf('/books', { method: 'POST', headers: json, body })
    expect(fault?.pointer).toBe(`/${'x'.repeat(999)}`)
    const long = await serverWith([
      shelf,
      `{ name: X-Shelf, in: header, description: ${'x'.repeat(2000)}, ${letters}`,
    ])
    const [described] = await faultsOf('/books', { headers: { 'x-shelf': 'B1' } }, long)
    expect(described?.detail).toHaveLength(1000)
  })
})

describe('a fault of a header', () => {
  let namesakes: BookServer
  beforeAll(async () => {
    namesakes = await bookServer({
      edits: [
        [title, `name: X-Shelf, in: header, description: Letters only., ${letters}`],
        [shelf, `{ name: x-shelf, in: query, description: A title., ${letters}`],
      ],
    })
  })
  afterAll(() => namesakes.stop())

  it('is not confused with that of a query parameter of the same name [J1]', async () => {
    const wrong = { headers: { 'x-shelf': 'B1' } }
    expect(await faultsOf('/books?x-shelf=a&x-shelf=b', wrong, namesakes)).toEqual([
      { in: 'query', pointer: '/x-shelf', detail: 'is repeated' },
      { in: 'header', pointer: '/X-Shelf', detail: 'is malformed. Letters only.' },
    ])
  })

  it('does not use the description of a different header [J1]', async () => {
    const [fault] = await faultsOf('/books?x-shelf=B1', {}, namesakes)
    expect(fault?.detail).toBe('does not match the required pattern')
  })
})

describe('a query parameter that is a list', () => {
  it('is not called repeated if one of its values is invalid [J1]', async () => {
    const listed = await serverWith([
      `${title} minLength: 1, maxLength: 100`,
      'name: title, in: query, schema: { type: array, items: { type: integer }',
    ])
    expect(await faultsOf('/books?title=1&title=b', {}, listed)).toEqual([
      { in: 'query', pointer: '/title/1', detail: 'must be integer' },
    ])
  })
})

describe('a condition of the contract', () => {
  it('is not a fault itself; its requirements are [J1]', async () => {
    const conditional = await serverWith([
      '    Loan:\n',
      '    Loan:\n      if: { properties: { book: { const: Emma } } }\n      then: { required: [reader] }\n',
    ])
    const body = new URLSearchParams({ book: 'Emma' })
    expect(await faultsOf('/loans', { method: 'POST', body }, conditional)).toEqual([
      { in: 'body', pointer: '/reader', detail: 'is required' },
    ])
  })

  it('may require a field if a different one is present [J1]', async () => {
    const dependent = await serverWith([
      '    Loan:\n',
      '    Loan:\n      dependentRequired: { book: [reader] }\n',
    ])
    const body = new URLSearchParams({ book: 'Emma' })
    expect(await faultsOf('/loans', { method: 'POST', body }, dependent)).toEqual([
      { in: 'body', pointer: '/reader', detail: 'is required' },
    ])
  })
})

async function serverWith(...edits: readonly Edit[]): Promise<BookServer> {
  const other = await bookServer({ edits })
  onTestFinished(() => other.stop())
  return other
}
