/** @hono/zod-openapi: routes with schemas in code, of which the document is made, as its README writes them. */
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { row } from './book.ts'

const Book = z.object({ book_id: z.number().int(), title: z.string() }).openapi('Book')
const NewBook = z.object({ title: z.string() }).openapi('NewBook')
const NotFound = z.object({
  status: z.literal(404),
  code: z.literal('not_found'),
  detail: z.string(),
})
const json = <Schema>(schema: Schema) => ({ 'application/json': { schema } })

const listBooks = createRoute({
  method: 'get',
  path: '/books',
  responses: { 200: { description: 'The books.', content: json(z.array(Book)) } },
})
const addBook = createRoute({
  method: 'post',
  path: '/books',
  request: { body: { content: json(NewBook), required: true } },
  responses: { 201: { description: 'The book.', content: json(Book) } },
})
const readBook = createRoute({
  method: 'get',
  path: '/books/{book_id}',
  request: { params: z.object({ book_id: z.coerce.number().int() }) },
  responses: {
    200: { description: 'The book.', headers: z.object({ ETag: z.string() }), content: json(Book) },
    404: { description: 'There is no such book.', content: json(NotFound) },
  },
})

export const server = new OpenAPIHono()
server.openapi(listBooks, (c) => c.json([{ book_id: row.book_id, title: row.title }], 200))
server.openapi(addBook, (c) => c.json({ book_id: 1, title: c.req.valid('json').title }, 201))
server.openapi(readBook, (c) => {
  if (c.req.valid('param').book_id !== row.book_id)
    return c.json({ status: 404 as const, code: 'not_found' as const, detail: 'Not found' }, 404)
  c.header('ETag', '"1"')
  return c.json({ book_id: 1, title: 'Emma' }, 200)
})
