/** Faults of numbers together with other faults. The syntax of numbers: router/validation.test.ts. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { expectProblem } from '../../harness/error-responses.ts'
import { type BookServer, bookServer } from '../book-server.ts'
import type { Edit } from '../edited.ts'

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

describe('A request with an invalid number returns 400', () => {
  it('and lists each parameter once, although the validator rejects it, too [J1]', async () => {
    expect(await faultsOf('/books?Limit=many&price=much')).toEqual(['query/Limit', 'query/price'])
  })

  it('for a query parameter with a capital letter in its name [J1]', async () => {
    expect(await faultsOf('/books?Limit=0x10')).toEqual(['query/Limit'])
  })

  it('and lists the fault of a header with the name of a query parameter [J1]', async () => {
    const headers = { price: '-1' }
    expect(await faultsOf('/books?price=0x10', { headers })).toEqual([
      'header/Price',
      'query/price',
    ])
  })

  it('and lists at most a hundred faults [J1]', async () => {
    const fields = Array.from({ length: 150 }, (_, at) => [`${at}`, 0])
    const body = JSON.stringify(Object.fromEntries(fields))
    const headers = { authorization: 'jane', 'content-type': 'application/json' }
    const faults = await faultsOf('/books/0x10', { method: 'PATCH', headers, body })
    expect(faults).toHaveLength(100)
    expect(faults).toContain('path/book_id')
  })
})

describe('A request with an invalid number returns', () => {
  it('200 if the parameter may also be a string', async () => {
    expect((await server.ask('/books', { headers: { 'x-shelf': '0x10' } })).status).toBe(200)
  })

  it('500 if the validator itself fails', async () => {
    const broken = await bookServer({
      edits: [
        ['title, in: query, schema: { type: string,', 'title, in: query, schema: { x-eov-type: 1,'],
      ],
    })
    onTestFinished(() => broken.stop())
    await expectProblem(await broken.ask('/books?limit=0x10'), 500, 'server_error')
  })
})
