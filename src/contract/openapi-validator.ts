/**
 * express-openapi-validator, which checks the parameters and the body of a request. Nothing else imports it.
 *
 * What is wrong with it, and what is done about that:
 * - It searches all paths, and compiles their patterns, on every request: it gets the slice of the contract that has one
 *   operation, and is told that this operation was found.
 * - Its loader compiles the schema of OpenAPI itself for every document: it is left out.
 * - Without a check for a security scheme it lets everyone in, it runs the checks of all alternatives, and of what they throw
 *   it hands on a copy without class and headers: it is not asked (`security.ts`).
 * - It keeps a compiled validator for each Content-Type that it meets, for ever: it meets the contract's own (`content-type.ts`).
 * - It refuses queries that every client sends, and names the first unknown parameter alone (`query.ts`).
 * - It takes numbers that are not JSON's (`strict-numbers.ts`).
 * - It asks for a body only where the body's schema requires a field (`body.ts`).
 * - A parameter that is given twice is a list to it, which it says is of the wrong type: that is said to be repeated.
 * - Of a pattern it quotes the regular expression: a header's own description says more.
 */
import type { Request, RequestHandler, Response } from 'express'
import {
  BadRequest as InvalidRequest,
  OpenApiValidator,
} from 'express-openapi-validator/dist/openapi.validator.js'
import { parametersOf, slice } from './document.ts'
import type { Document } from './openapi.ts'
import type { Operation } from './operation-table.ts'
import { parametersIn, pathOf, pathValues } from './path-table.ts'
import { BadRequest, type Fault, maxFaults } from './refusal.ts'
import { numberFaults } from './strict-numbers.ts'

/** Gives the parameters the types that the contract says. Throws a `BadRequest` that lists every fault. */
export type ValidateRequest = (req: Request, res: Response) => Promise<void>

/** Nothing where the operation has neither parameters nor a body. */
export function requestValidator(
  document: Document,
  operation: Operation,
): ValidateRequest | undefined {
  const { path, queries, headers, request } = operation
  if ([parametersIn(path), queries, headers, request].every(({ length }) => length === 0))
    return undefined
  const values = pathValues(path)
  const numbers = numberFaults(document, operation)
  const faultOf = faultReader(document, operation)

  return async function validateRequest(req, res) {
    req.params = values(pathOf(req.url))
    // Before the validator, which puts numbers in the place of the texts.
    const ofNumbers = numbers(req)
    const errors = await compiledOf(document, operation)(req, res)
    const others = errors.map((error) => faultOf(error, req)).filter(isNotIn(ofNumbers))
    const faults = [...ofNumbers, ...others].slice(0, maxFaults)
    // No cause: its text repeats the names in a query, and somebody may have put a password there.
    if (faults.length > 0) throw new BadRequest('The request is invalid', { faults })
  }
}

function isNotIn(faults: readonly Fault[]): (other: Fault) => boolean {
  return ({ in: part, pointer }) =>
    !faults.some((fault) => fault.in === part && fault.pointer === pointer)
}

// ── Running it ───────────────────────────────────────────────────────────────────────────────────────────────────────

type ValidationError = InvalidRequest['errors'][number]

/** Resolves to what it says of a request. Throws what else it throws. */
type Run = (req: Request, res: Response) => Promise<readonly ValidationError[]>

/** Made at the first request, and shared by the servers of one process: it is most of the work of a start. */
const compiled = new WeakMap<Operation, Run>()

function compiledOf(document: Document, operation: Operation): Run {
  const run = compiled.get(operation) ?? compile(document, operation)
  compiled.set(operation, run)
  return run
}

type Spec = Awaited<Parameters<OpenApiValidator['installMiddleware']>[0]>

function compile(document: Document, { path, method }: Operation): Run {
  // It changes the document that it is given.
  const part = structuredClone(slice(document, path, method))
  // Its types are those of OpenAPI 3.0.
  const apiDoc = part as unknown as Spec['apiDoc']
  const validate = requestStep(apiDoc)
  const found = {
    expressRoute: path,
    openApiRoute: path,
    schema: part.paths[path]?.[method],
    serial: 1,
  }

  return (req, res) => {
    // What its own search for the operation would leave with the request.
    Object.assign(req, { openapi: { ...found, pathParams: req.params } })
    return new Promise((done, fail) => {
      validate(req, res, (error?: unknown) => {
        if (error === undefined) done([])
        else if (error instanceof InvalidRequest) done(error.errors.filter(isFault))
        else fail(error)
      })
    })
  }
}

function requestStep(apiDoc: Spec['apiDoc']): RequestHandler {
  const steps = new OpenApiValidator({
    apiSpec: apiDoc,
    validateRequests: { allErrors: true },
    ajvFormats: { mode: 'full' },
  }).installMiddleware(Promise.resolve({ apiDoc, basePaths: [], routes: [], serial: 1 }))
  const step = steps.find(({ name }) => name === 'requestMiddleware')
  if (!step) throw new Error('express-openapi-validator has no requestMiddleware')
  return step
}

// ── Reading its errors ───────────────────────────────────────────────────────────────────────────────────────────────

/** The failure of a condition says nothing that the failure of its branch has not said. */
function isFault({ errorCode }: ValidationError): boolean {
  return errorCode !== 'if.openapi.validation'
}

const parts: Readonly<Record<string, Fault['in']>> = {
  body: 'body',
  query: 'query',
  params: 'path',
  headers: 'header',
}

function faultReader(
  document: Document,
  { path, method }: Operation,
): (error: ValidationError, req: Request) => Fault {
  const descriptions = new Map(
    parametersOf(document, path, method)
      .filter((parameter) => parameter.in === 'header')
      .map(({ name, description }) => [name.toLowerCase(), description]),
  )

  /** `/body/username` → `username` of the body. */
  return function faultOf(error, { query }) {
    const [, part = '', ...names] = error.path.split('/')
    const pointer = names.map((name) => `/${name}`).join('')
    const [name = ''] = names
    const isRepeated = part === 'query' && names.length === 1 && Array.isArray(query[name])
    const description = part === 'headers' ? descriptions.get(name.toLowerCase()) : undefined
    const detail = isRepeated ? 'is repeated' : detailOf(error, description)
    return {
      in: parts[part] ?? 'path',
      pointer: pointer.slice(0, 1000),
      detail: detail.slice(0, 1000),
    }
  }
}

/** Where its own words would be for programs, others: a pattern is no sentence. */
function detailOf({ message, errorCode = '' }: ValidationError, description?: string): string {
  const [keyword = ''] = errorCode.split('.')
  if (['required', 'dependentRequired'].includes(keyword)) return 'is required'
  if (keyword !== 'pattern') return message
  return description
    ? `is malformed. ${description}`
    : 'has characters or a form that the contract does not allow'
}
