/** Serves a contract with handlers that all give the same response: `node serve-large.ts OPENAPI_JSON`. */
import { readFileSync } from 'node:fs'
import express from 'express'
import { contractOf, type Document, problemDetails, serve } from '#contract'
import { listen } from '../contenders/listen.ts'

type Respond = Readonly<Record<number, (init: object) => unknown>>

const [file = ''] = process.argv.slice(2)
const contract = contractOf(withoutInlineErrors(JSON.parse(readFileSync(file, 'utf8'))))
const answer = (_request: unknown, respond: Respond) =>
  respond[200]?.({ headers: {}, body: { name: 'C', source: '*.o' } })
const handlers = Object.fromEntries(Object.keys(contract.operations).map((id) => [id, answer]))
const schemas = ['Problem', ...Object.keys(contract.document.components?.schemas ?? {})]
const errors = schemas.map((schema) => ({ ...problemDetails(), schema }))

const app = express()
app.use(serve(contract, { handlers: handlers as never, security: {} as never, errors }))
listen(app)

/** Without the schemas of errors that have no name, which no error format could make. */
function withoutInlineErrors(document: Document): Document {
  const inline = (key: string, value: unknown) =>
    key === 'schema' && !(typeof value === 'object' && value !== null && '$ref' in value)
  const bare = (response: unknown) =>
    JSON.parse(JSON.stringify(response, (key, value) => (inline(key, value) ? undefined : value)))
  const isError = (key: string) => /^([45](\d\d|XX)|default)$/.test(key)
  const named = new Set<string>()
  const paths = JSON.parse(JSON.stringify(document.paths), (key, value) => {
    if (!isError(key) || typeof value !== 'object' || value === null) return value
    if (typeof value.$ref === 'string') named.add(value.$ref.split('/').at(-1))
    return bare(value)
  })
  const responses = Object.entries(document.components?.responses ?? {}).map(([name, response]) => [
    name,
    named.has(name) ? bare(response) : response,
  ])
  return {
    ...document,
    paths,
    components: { ...document.components, responses: Object.fromEntries(responses) },
  }
}
