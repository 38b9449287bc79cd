/** Serves a contract with handlers that all give the same response: `node serve-large.ts OPENAPI_JSON`. */
import { readFileSync } from 'node:fs'
import express from 'express'
import { contractOf, serve } from '#contract'
import { errorFormats, rememberRequest } from '../../contract/strangers/errors.ts'
import { listen } from '../contenders/listen.ts'

type Respond = Readonly<Record<number, (init: object) => unknown>>

const [file = ''] = process.argv.slice(2)
const contract = contractOf(JSON.parse(readFileSync(file, 'utf8')))
const answer = (_request: unknown, respond: Respond) =>
  respond[200]?.({ headers: {}, body: { name: 'C', source: '*.o' } })
const handlers = Object.fromEntries(Object.keys(contract.operations).map((id) => [id, answer]))
const app = express()
app.use(rememberRequest)
app.use(
  serve(contract, {
    handlers: handlers as never,
    security: {} as never,
    errors: errorFormats(contract),
  }),
)
listen(app)
