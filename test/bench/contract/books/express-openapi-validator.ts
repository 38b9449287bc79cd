/** express-openapi-validator as its documentation writes a server: requests are validated, responses are not. */
import { fileURLToPath } from 'node:url'
import express from 'express'
import * as OpenApiValidator from 'express-openapi-validator'
import { listen } from '../../contenders/listen.ts'
import { book, contractFile } from './book.ts'

const app = express()
app.use(express.json())
app.use(
  OpenApiValidator.middleware({
    apiSpec: fileURLToPath(contractFile),
    validateSecurity: { handlers: { OAuth2: () => true } },
  }),
)
app.get('/books', (_req, res) => void res.json([book]))
app.post('/books', (req, res) => void res.status(201).json({ book_id: 2, title: req.body.title }))
app.get('/books/:book_id', (_req, res) => void res.set('ETag', '"1"').json(book))
listen(app)
