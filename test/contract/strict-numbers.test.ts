/** What stands beside a number that JSON would not write so. How one is written: router/validation.test.ts. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { expectProblem } from '../harness/error-responses.ts'
import { type BookServer, bookServer } from './book-server.ts'
import type { Edit } from './edited.ts'

const edits: readonly Edit[] = [
  ['name: X-Row, in: header', 'name: Price, in: header'],
  ['name: limit, in: query', 'name: Limit, in: query'],
  [
    'X-Shelf, in: header, schema: { type: string',
    'X-Shelf, in: header, schema: { type: [integer, string]',
  ],
  ['errors: { type: array,', 'errors: { type: array, maxItems: 100,'],
]

let server: BookServer
beforeAll(async () => {
  server = await bookServer({ edits })
})
afterAll(() => server.stop())

async function faultsOf(path: string, init?: RequestInit): Promise<string[]> {
  const { errors = [] } = await expectProblem(await server.ask(path, init), 400, 'invalid_request')
  return errors.map(({ in: part, pointer }) => part + pointer).toSorted()
}

describe('A request with such a number answers 400', () => {
  it('and names each parameter once, though the validator refuses it as well [J1]', async () => {
    expect(await faultsOf('/books?Limit=many&price=much')).toEqual(['query/Limit', 'query/price'])
  })

  it('to a parameter of the query with a capital letter in its name [J1]', async () => {
    expect(await faultsOf('/books?Limit=0x10')).toEqual(['query/Limit'])
  })

  it('and names the fault of a header that is called as the parameter is [J1]', async () => {
    const headers = { price: '-1' }
    expect(await faultsOf('/books?price=0x10', { headers })).toEqual([
      'header/price',
      'query/price',
    ])
  })

  it('and lists a hundred faults at most [J1]', async () => {
    const fields = Array.from({ length: 150 }, (_, at) => [`${at}`, 0])
    const body = JSON.stringify(Object.fromEntries(fields))
    const headers = { authorization: 'jane', 'content-type': 'application/json' }
    const faults = await faultsOf('/books/0x10', { method: 'PATCH', headers, body })
    expect(faults).toHaveLength(100)
    expect(faults).toContain('path/book_id')
  })
})

describe('A request with such a number answers', () => {
  it('200 where the parameter may be any text too', async () => {
    expect((await server.ask('/books', { headers: { 'x-shelf': '0x10' } })).status).toBe(200)
  })

  it('500 where the validator breaks: that is no fault of the request', async () => {
    const broken = await bookServer({
      edits: [
        ['title, in: query, schema: { type: string,', 'title, in: query, schema: { pattern: "[",'],
      ],
    })
    onTestFinished(() => broken.stop())
    await expectProblem(await broken.ask('/books?limit=0x10'), 500, 'server_error')
  })
})
