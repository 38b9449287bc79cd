/** express-openapi-validator as its documentation writes it, with the types of openapi-typescript for the bodies. */
import express, { type Response } from 'express'
import * as OpenApiValidator from 'express-openapi-validator'
import { row } from './book.ts'
import type { components } from './generated/openapi-typescript.ts'

type Book = components['schemas']['Book']
type NotFound = components['schemas']['NotFound']

export const app = express()
app.use(express.json())
app.use(OpenApiValidator.middleware({ apiSpec: 'books.yaml', validateResponses: true }))
app.get(
  '/books',
  (_req, res: Response<Book[]>) => void res.json([{ book_id: row.book_id, title: row.title }]),
)
app.post(
  '/books',
  (req, res: Response<Book>) => void res.status(201).json({ book_id: 1, title: req.body.title }),
)
app.get('/books/:book_id', (req, res: Response<Book | NotFound>) => {
  if (Number(req.params.book_id) !== row.book_id)
    return void res.status(404).json({ status: 404, code: 'not_found', detail: 'Not found' })
  res.set('ETag', '"1"')
  res.status(200).json({ book_id: 1, title: 'Emma' })
})
