/** The contract layer of this repository. Its replies are checked unless CHECK_REPLIES is `false`. */
import { readFileSync } from 'node:fs'
import express from 'express'
import { parse } from 'yaml'
import { contractOf, type ErrorFormat, serve } from '#contract'
import { listen } from '../../contenders/listen.ts'
import { book, contractFile } from './book.ts'

type Respond = Readonly<Record<number, (init: object) => unknown>>

const handlers = {
  listBooks: (_request: unknown, respond: Respond) => respond[200]?.({ headers: {}, body: [book] }),
  addBook: ({ body }: { body: { title: string } }, respond: Respond) =>
    respond[201]?.({ headers: {}, body: { book_id: 2, title: body.title } }),
  readBook: (_request: unknown, respond: Respond) =>
    respond[200]?.({ headers: { ETag: '"1"' }, body: book }),
}

const notFound: ErrorFormat = {
  schema: 'NotFound',
  code: ({ code }) => code,
  toResponse: ({ status, headers, code, message: detail }) => ({
    status,
    headers,
    mediaType: 'application/problem+json',
    body: { status, code, detail },
  }),
}

const app = express()
app.use(
  serve(contractOf(parse(readFileSync(contractFile, 'utf8'))), {
    handlers: handlers as never,
    security: { OAuth2: async () => ({ scopes: new Set(['books:read', 'books:write']) }) },
    errors: notFound,
    checkReplies: process.env.CHECK_REPLIES !== 'false',
  }),
)
listen(app)
