/** Error responses with the examples of any contract. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Request, RequestHandler } from 'express'
import { type Contract, type ErrorFormat, exchangeOf } from '#contract'
import { responseKey } from '../../../src/contract/document/response-key.ts'
import { samplesOf } from './stubs.ts'

const requests = new AsyncLocalStorage<Request>()

/** Goes before `serve`, so that the formats know the operation. */
export const rememberRequest: RequestHandler = (req, _res, next) => requests.run(req, next)

/** One for each schema of errors: the response that the operation declares for the status, or a text where it declares none. */
export function errorFormats({ operations, document }: Contract): ErrorFormat[] {
  const schemas = ['', ...Object.keys(document.components?.schemas ?? {})]
  const samples = samplesOf({ document })
  return schemas.map((schema) => ({
    schema,
    code: ({ code }) => code,
    toResponse({ status, headers, message, faults }) {
      const req = requests.getStore()
      const operation = operations[(req && exchangeOf(req)?.operationId) ?? '']
      const key = operation && responseKey(operation.responses, status)
      const text = { mediaType: 'text/plain', body: `${message} ${JSON.stringify(faults)}` }
      if (!operation || key === undefined) return { status, headers, ...text }
      const declared = samples.response(operation, key)
      return { ...declared, status, headers: { ...declared.headers, ...headers } }
    },
  }))
}
