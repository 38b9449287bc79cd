import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BookServer, bookServer } from '../book-server.ts'

let server: BookServer
beforeAll(async () => {
  server = await bookServer({
    edits: [
      [
        'required: [title, authors]\n      properties:\n        title: { type: string, minLength: 1, maxLength: 100 }',
        `required: [title, authors]
      properties:
        book_id: { type: integer, readOnly: true, default: 4 }
        nullable: { type: integer }
        note: { nullable: true, maxLength: 5 }
        default: { nullable: true, maxLength: 5 }
        title: { type: string, minLength: 1, maxLength: 100 }`,
      ],
      [
        'BookId: { name: book_id, in: path, required: true, schema: { type: integer,',
        'BookId: { name: book_id, in: path, required: true, schema: { readOnly: true, type: integer,',
      ],
    ],
  })
})
afterAll(() => server.stop())

const add = (fields: object) =>
  server.ask('/books', {
    method: 'POST',
    headers: { Authorization: 'Jane', 'Content-Type': 'application/json' },
    body: JSON.stringify({ title: 'Emma', authors: [], ...fields }),
  })

describe('In the schema of a request', () => {
  it('the default of a property that is read only is not added [K26]', async () => {
    expect((await add({})).status).toBe(201)
    expect((await add({ book_id: 4 })).status).toBe(400)
  })

  it('a keyword of OpenAPI 3.0 has no meaning, a property of its name has [K26]', async () => {
    expect((await add({ note: 'short', nullable: 1 })).status).toBe(201)
    expect((await add({ note: 'too long' })).status).toBe(400)
    expect((await add({ nullable: 'x' })).status).toBe(400)
    expect((await add({ default: 'too long' })).status).toBe(400)
  })

  it('a parameter whose schema is read only is a value [K26]', async () => {
    const headers = { Authorization: 'Jane' }
    expect((await server.ask('/books/1', { headers })).status).toBe(200)
    expect((await server.ask('/books/0', { headers })).status).toBe(400)
  })
})
