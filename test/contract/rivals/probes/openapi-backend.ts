/** openapi-backend on Express, as its README registers handlers. */
import type { Request, Response } from 'express'
import { type Context, OpenAPIBackend } from 'openapi-backend'
import { row } from './book.ts'

export const api = new OpenAPIBackend({ definition: 'books.yaml' })
api.register({
  listBooks: (_c: Context, _req: Request, res: Response) =>
    res.status(200).json([{ book_id: row.book_id, title: row.title }]),
  addBook: (c: Context<{ title: string }>, _req: Request, res: Response) =>
    res.status(201).json({ book_id: 1, title: c.request.requestBody.title }),
  readBook: (c: Context<unknown, { book_id: number }>, _req: Request, res: Response) => {
    if (c.request.params.book_id !== row.book_id)
      return res.status(404).json({ status: 404, code: 'not_found', detail: 'Not found' })
    res.set('ETag', '"1"')
    return res.status(200).json({ book_id: 1, title: 'Emma' })
  },
})
