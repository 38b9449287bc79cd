/** openapi-ts-router on Express, as its README writes a router. */
import { Router } from 'express'
import { createExpressOpenApiRouter } from 'openapi-ts-router'
import { zValidator } from 'validation-adapters/zod'
import * as z from 'zod'
import { row } from './book.ts'
import type { paths } from './generated/openapi-typescript.ts'

export const router: Router = Router()
const openApiRouter = createExpressOpenApiRouter<paths>(router)

openApiRouter.get('/books', {
  handler: (_req, res) => void res.send([{ book_id: row.book_id, title: row.title }]),
})
openApiRouter.post('/books', {
  bodyValidator: zValidator(z.object({ title: z.string() })),
  handler: (req, res) => void res.status(201).send({ book_id: 1, title: req.body.title }),
})
openApiRouter.get('/books/{book_id}', {
  pathValidator: zValidator(z.object({ book_id: z.number() })),
  handler: (req, res, next) => {
    if (req.valid.params.book_id !== row.book_id) return next(new NotFound(404, 'not_found'))
    res.set('ETag', '"1"')
    res.status(200).send({ book_id: 1, title: 'Emma' })
  },
})

/** The README: errors are thrown, and an error handler of Express responds. */
class NotFound extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string) {
    super()
    this.status = status
    this.code = code
  }
}
