/** Error responses with the examples of any contract. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Request, RequestHandler } from 'express'
import { type Contract, type ErrorFormat, exchangeOf } from '#contract'
import { responseKey } from '../../../src/contract/document/response-key.ts'
import { declaredResponse } from '../../../src/contract/reply/reply-check.ts'
import { samplesOf } from './stubs.ts'

/** At the start, an operation whose response of this status has the schema. */
function firstWith({ operations, document }: Contract, schema: string, status: number) {
  return Object.values(operations).find((operation) => {
    const { content = {} } = declaredResponse(document, operation, status) ?? {}
    const $ref = `#/components/schemas/${schema}`
    return Object.values(content).some((each) => Reflect.get(each.schema ?? {}, '$ref') === $ref)
  })
}

const requests = new AsyncLocalStorage<Request>()

/** Goes before `serve`, so that the formats know the operation. */
export const rememberRequest: RequestHandler = (req, _res, next) => requests.run(req, next)

/** One for each schema of errors: the response that the operation declares for the status, or a text where it declares none. */
export function errorFormats(contract: Contract): ErrorFormat[] {
  const { operations, document } = contract
  const schemas = ['', ...Object.keys(document.components?.schemas ?? {})]
  const samples = samplesOf({ document })
  return schemas.map((schema) => ({
    schema,
    code: ({ code }) => code,
    toResponse({ status, headers, message, faults }) {
      const req = requests.getStore()
      const operation = req
        ? operations[exchangeOf(req)?.operationId ?? '']
        : firstWith(contract, schema, status)
      const key = operation && responseKey(operation.responses, status)
      const text = { mediaType: 'text/plain', body: `${message} ${JSON.stringify(faults)}` }
      if (!operation || key === undefined) return { status, headers, ...text }
      const declared = samples.response(operation, key)
      return { ...declared, status, headers: { ...declared.headers, ...headers } }
    },
  }))
}
