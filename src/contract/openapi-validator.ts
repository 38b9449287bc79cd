/**
 * Checks the parameters and the body of a request with express-openapi-validator. No other file imports it.
 *
 * Its shortcomings, and how this layer avoids them:
 * - It searches all paths, and compiles their patterns, on every request: it gets a slice of the contract with one operation, and
 *   the result of the search.
 * - Its loader compiles the schema of OpenAPI for every document: neither the loader nor `installMiddleware` is used.
 * - It collects the faults of all members of a body, whatever their number: it stops at the first hundred (`fault-limit.ts`).
 * - It allows every request if a security scheme has no check, it runs the checks of all alternatives, and it replaces the errors of
 *   a check by copies without class and headers: its security is not used (`security.ts`).
 * - It caches a compiled validator for every Content-Type forever: it gets only those of the contract (`content-type.ts`).
 * - It rejects valid encodings of queries, and reports only the first unknown parameter (`query.ts`).
 * - It accepts numbers that are not JSON numbers (`strict-numbers.ts`).
 * - It requires a body only if the schema of the body has required fields (`body.ts`).
 * - It parses a repeated parameter as an array and reports a wrong type: `detail` says that the parameter is repeated.
 * - It quotes the regular expression of a pattern: `detail` has the description of the header instead.
 */
import { createRequire } from 'node:module'
import type * as ajvPackage from 'ajv/dist/2020.js'
import type { Request, Response } from 'express'
import { RequestValidator } from 'express-openapi-validator/dist/middlewares/openapi.request.validator.js'
import { SchemaPreprocessor } from 'express-openapi-validator/dist/middlewares/parsers/schema.preprocessor.js'
import {
  BadRequest as InvalidRequest,
  OpenApiValidator,
} from 'express-openapi-validator/dist/openapi.validator.js'
import { cookieConverter } from './cookies.ts'
import { parametersOf, slice } from './document.ts'
import { limitFaults } from './fault-limit.ts'
import { kindOf } from './media-type.ts'
import type { Document } from './openapi.ts'
import type { Operation } from './operation-table.ts'
import { parametersIn, pathOf, pathValues } from './path-template.ts'
import { BadRequest, type Fault, maxFaults } from './refusal.ts'
import { numberFaults } from './strict-numbers.ts'

/** Converts the parameters to the types of the contract. Throws a `BadRequest` that lists the faults, at most `maxFaults`. */
export type ValidateRequest = (req: Request, res: Response, mediaType?: string) => Promise<void>

/** Creates the validation of an operation; undefined if it has neither parameters nor a body. */
export function requestValidator(
  document: Document,
  operation: Operation,
): ValidateRequest | undefined {
  const { path, queries, headers, cookies = [], request } = operation
  const parts = [parametersIn(path), queries, headers, cookies, request]
  if (parts.every(({ length }) => length === 0)) return undefined
  const values = pathValues(path)
  const numbers = numberFaults(document, operation)
  const faultOf = faultReader(document, operation)
  const convert = cookieConverter(document, operation)

  return async function validateRequest(req, res, mediaType) {
    const pathParams = values(pathOf(req.url))
    req.params = pathParams
    // Before the validator, which replaces the strings by numbers.
    const ofNumbers = numbers(req)
    const withBody = mediaType !== undefined && kindOf(mediaType) !== 'bytes'
    const errors = compiledOf(document, operation, withBody)(req, res, pathParams)
    const others = errors.map((error) => faultOf(error, req)).filter(isNotIn(ofNumbers))
    const faults = [...ofNumbers, ...others].slice(0, maxFaults)
    // Without a cause: its message contains the names in the query, where a user may have put a password.
    if (faults.length > 0) throw new BadRequest('The request is invalid', { faults })
    if (cookies.length > 0) req.cookies = convert(req.cookies)
  }
}

function isNotIn(faults: readonly Fault[]): (other: Fault) => boolean {
  return ({ in: part, pointer }) =>
    !faults.some((fault) => fault.in === part && fault.pointer === pointer)
}

// ── Running it ───────────────────────────────────────────────────────────────────────────────────────────────────────

type ValidationError = InvalidRequest['errors'][number]

/** Returns the errors of the validator. Throws if the validator itself fails. */
type Run = (
  req: Request,
  res: Response,
  pathParams: Record<string, string>,
) => readonly ValidationError[]

/** Compiled at the first request, because it would be most of the work of a start. Shared by the servers of a process. */
const compiled = new WeakMap<Operation, Map<boolean, Run>>()

/** Bytes have no schema that could be checked: `withBody` is false for them. */
function compiledOf(document: Document, operation: Operation, withBody: boolean): Run {
  const runs = compiled.get(operation) ?? new Map<boolean, Run>()
  compiled.set(operation, runs)
  const run = runs.get(withBody) ?? compile(document, operation, withBody)
  runs.set(withBody, run)
  return run
}

type ApiDoc = ConstructorParameters<typeof RequestValidator>[0]

function compile(document: Document, { path, method }: Operation, withBody: boolean): Run {
  // A clone, because the validator changes the document. Its types are those of OpenAPI 3.0.
  const part = structuredClone(slice(document, path, method, withBody)) as unknown as ApiDoc
  const validator = validatorOf(part)
  const schema = part.paths?.[path]?.[method] ?? { responses: {} }
  const found = { expressRoute: path, openApiRoute: path, schema, serial: 1 }

  return (req, res, pathParams) => {
    // The result of the validator's own search for the operation.
    const searched = Object.assign(req, { openapi: { ...found, pathParams } })
    try {
      validator.validate(searched, res, () => {})
      return []
    } catch (error) {
      if (error instanceof InvalidRequest) return error.errors.filter(isFault)
      throw error
    }
  }
}

const requireOfValidator = createRequire(import.meta.resolve('express-openapi-validator'))
const ajvOfValidator: typeof ajvPackage = requireOfValidator('ajv/dist/2020.js')

/** Does what `installMiddleware` does, and reaches the two instances of ajv, which the validator declares as private. */
function validatorOf(apiDoc: ApiDoc): RequestValidator {
  const validator = new OpenApiValidator({
    apiSpec: apiDoc,
    validateRequests: { allErrors: true },
    ajvFormats: { mode: 'full' },
  })
  const { preprocessor, request } = validator.ajvOpts
  const { validateResponses } = Reflect.get(validator.ajvOpts, 'options')
  new SchemaPreprocessor(apiDoc, preprocessor, validateResponses).preProcess()
  const requestValidator = new RequestValidator(apiDoc, request)
  for (const name of ['ajv', 'ajvBody'])
    limitFaults(Reflect.get(requestValidator, name), ajvOfValidator)
  return requestValidator
}

// ── Reading its errors ───────────────────────────────────────────────────────────────────────────────────────────────

/** Excludes the failure of an `if`, which repeats the failure of its branch. */
function isFault({ errorCode }: ValidationError): boolean {
  return errorCode !== 'if.openapi.validation'
}

const parts: Readonly<Record<string, Fault['in']>> = {
  body: 'body',
  query: 'query',
  params: 'path',
  headers: 'header',
  cookies: 'cookie',
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

  /** The path `/body/username` is `username` in the body. */
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

/** The validator's message, or a better one where it quotes a pattern or repeats the name of a field. */
function detailOf({ message, errorCode = '' }: ValidationError, description?: string): string {
  const [keyword = ''] = errorCode.split('.')
  if (['required', 'dependentRequired'].includes(keyword)) return 'is required'
  if (keyword !== 'pattern') return message
  return description ? `is malformed. ${description}` : 'does not match the required pattern'
}
