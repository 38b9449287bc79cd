/** express-openapi-validator over the slice of the contract that holds one operation. */
import type { Request, RequestHandler } from 'express'
import { security } from 'express-openapi-validator/dist/middlewares/openapi.security.js'
import { OpenApiValidator } from 'express-openapi-validator/dist/openapi.validator.js'
import { type Document, slice } from './document.ts'
import { exchangeOf } from './exchange.ts'
import type { Operation } from './operation-table.ts'
import { parametersIn, pathValues } from './path-table.ts'
import { plainNumbers } from './plain-numbers.ts'
import { pathOf } from './plain-request.ts'
import { namingRepeated } from './repeated-query.ts'

/** Says who calls, or throws a refusal. `scopes` are those that the operation requires. */
export type SecurityCheck = (req: Request, scopes: readonly string[]) => Promise<unknown>

/** One check for every security scheme of the contract. */
export type SecurityChecks = Readonly<Record<string, SecurityCheck>>

export interface Validator {
  /** Checks the security of the operation. */
  readonly authorize: readonly RequestHandler[]
  /** Checks parameters and body. Empty where the operation has neither. */
  readonly validate: readonly RequestHandler[]
}

/**
 * Its loader would compile OpenAPI's own schema anew for every operation, and its first steps the regex of the path on
 * every request: the router has found the operation already, and says so in their place. Its security check waits for no
 * loader either.
 */
export function validator(
  document: Document,
  operation: Operation,
  checks: SecurityChecks,
): Validator {
  const { path, method } = operation
  const compiled = compiledOf.get(operation) ?? compile(slice(document, path, method))
  compiledOf.set(operation, compiled)
  const { apiDoc, request } = compiled
  const handlers = Object.fromEntries(Object.entries(checks).map(remembering))
  const { queries, headers, request: body } = operation
  const takesNothing = [parametersIn(path), queries, headers, body].every(isEmpty)
  return {
    authorize: [foundOperation(apiDoc, operation), security(apiDoc, handlers)],
    validate: takesNothing ? [] : [plainNumbers(document, operation, namingRepeated(request))],
  }
}

interface Compiled {
  /** As it has changed it: what it looks up while it checks a request. */
  readonly apiDoc: Document
  readonly request: RequestHandler
}

/** Servers of one process share what is compiled of one contract: that is most of the work. */
const compiledOf = new WeakMap<Operation, Compiled>()

function compile(part: Document): Compiled {
  // It changes the document that it is given.
  const apiDoc = structuredClone(part)
  const [, , , request] = new OpenApiValidator({
    apiSpec: apiDoc,
    validateRequests: { allErrors: true },
    ajvFormats: { mode: 'full' },
    fileUploader: false,
  }).installMiddleware(Promise.resolve({ apiDoc, basePaths: [], routes: [], serial: 1 }))
  if (!request) throw new Error('express-openapi-validator has other middleware')
  return { apiDoc, request }
}

/** What its own search for the operation would leave with the request. */
function foundOperation(apiDoc: Document, { path, method }: Operation): RequestHandler {
  const values = pathValues(path)
  const { [method]: schema } = apiDoc.paths[path] ?? {}
  const found = { expressRoute: path, openApiRoute: path, schema }
  return function foundOperation(req, _res, next) {
    const pathParams = values(pathOf(req.url))
    req.params = pathParams
    Object.assign(req, { openapi: { ...found, pathParams, serial: 1 } })
    next()
  }
}

function isEmpty({ length }: readonly unknown[]): boolean {
  return length === 0
}

function remembering([scheme, check]: [string, SecurityCheck]) {
  const handler = async (req: Request, scopes: string[]) => {
    const exchange = exchangeOf(req)
    if (!exchange) return false
    try {
      exchange.principal = await check(req, scopes)
      return true
    } catch (error) {
      exchange.refused = error
      throw error
    }
  }
  return [scheme, handler] as const
}
