/** openapi-backend on Express, as its README writes a server. */
import { fileURLToPath } from 'node:url'
import express, { type Request, type Response } from 'express'
import { listen } from '../../contenders/listen.ts'
import { book, contractFile } from './book.ts'
import { rival } from './rival.ts'

const { OpenAPIBackend } = await rival('openapi-backend')
const api = new OpenAPIBackend({ definition: fileURLToPath(contractFile) })
api.register({
  listBooks: (_c: unknown, _req: Request, res: Response) => res.status(200).json([book]),
  addBook: (_c: unknown, req: Request, res: Response) =>
    res.status(201).json({ book_id: 2, title: req.body.title }),
  readBook: (_c: unknown, _req: Request, res: Response) =>
    res.status(200).set('ETag', '"1"').json(book),
  validationFail: (c: { validation: { errors: unknown } }, _req: Request, res: Response) =>
    res.status(400).json({ errors: c.validation.errors }),
  notFound: (_c: unknown, _req: Request, res: Response) => res.status(404).json({}),
  unauthorizedHandler: (_c: unknown, _req: Request, res: Response) => res.status(401).json({}),
})
api.registerSecurityHandler('OAuth2', () => true)
await api.init()

const app = express()
app.use(express.json())
app.use((req, res) => api.handleRequest(req, req, res))
listen(app)
