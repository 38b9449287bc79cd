/**
 * Checks the parameters and the body of a request with express-openapi-validator. No other file imports it.
 *
 * Its shortcomings, and how this layer avoids them:
 * - It converts parameters by guesses, differently for each style, and accepts numbers that are not JSON numbers: it gets one value
 *   per request, which has the parameters, already converted (`parameters.ts`), and the body, and does not know of parameters.
 * - It searches all paths, and compiles their patterns, on every request: it gets a document with one operation, and the result of
 *   the search.
 * - Its loader compiles the schema of OpenAPI for every document: neither the loader nor `installMiddleware` is used.
 * - It collects the faults of all members of a body, whatever their number: it stops at `maxFaults` of each list or object (`fault-limit.ts`).
 * - It tries every branch of a `oneOf` to the end, which doubles the work with each level of a recursive one, and looks at a
 *   discriminator only at the top of a body: `document/alternatives.ts`, `recursion-limit.ts`.
 * - It compares each item of a `uniqueItems` with every other one: `unique-items.ts`.
 * - It tries patterns and formats on texts that are too long, whose characters it counts: `cheap-checks.ts`, `text-length.ts`.
 * - It takes what every object inherits, such as `constructor`, for a property: `ownProperties`.
 * - It allows every request if a security scheme has no check, it runs the checks of all alternatives, and it replaces the errors of
 *   a check by copies without class and headers: its security is not used (`security.ts`).
 * - It caches a compiled validator for every Content-Type forever: it gets always the same one.
 * - It requires a body only if the schema of the body has required fields (`body.ts`).
 * - It quotes the regular expression of a pattern: `detail` has the description of the header instead.
 */
import { createRequire } from 'node:module'
import type * as ajvPackage from 'ajv/dist/2020.js'
import type { Request, Response } from 'express'
import type * as requests from 'express-openapi-validator/dist/middlewares/openapi.request.validator.js'
import type * as preprocessing from 'express-openapi-validator/dist/middlewares/parsers/schema.preprocessor.js'
import type * as validation from 'express-openapi-validator/dist/openapi.validator.js'
import { withChosenAlternatives } from '../document/alternatives.ts'
import { componentsOf, parametersOf } from '../document/document.ts'
import type { Kind } from '../document/document-fields.ts'
import { mapSchemas } from '../document/document-parts.ts'
import { kindOf } from '../document/media-type.ts'
import { withAbsent } from '../document/one-way-properties.ts'
import type { Document, Parameter, Schema } from '../document/openapi.ts'
import type { Operation } from '../document/operation-table.ts'
import { schemaOf } from '../document/parameter-styles.ts'
import { parametersIn } from '../document/path-template.ts'
import { describesText } from '../document/shape.ts'
import { BadRequest, type Fault } from '../errors/refusal.ts'
import { type Body, contentOf } from './body.ts'
import { cheapChecksFirst } from './cheap-checks.ts'
import { limitFaults } from './fault-limit.ts'
import type { Parameters } from './parameters.ts'
import { type RecursionLimit, recursionLimit, TooComplex } from './recursion-limit.ts'
import { countFewCharacters } from './text-length.ts'
import { compareItemsOnce } from './unique-items.ts'

/** Adds the defaults of the contract. Throws a `BadRequest` that lists the faults, at most `maxFaults`. */
type ValidateRequest = (parameters: Parameters, body: Body, mediaType?: string) => void

/** Creates the validation of an operation; undefined if it has neither parameters nor a body. */
export function requestValidator(
  document: Document,
  operation: Operation,
  maxFaults: number,
): ValidateRequest | undefined {
  const { path, queries, headers, cookies = [], request } = operation
  const parts = [parametersIn(path), queries, headers, cookies, request]
  if (parts.every(({ length }) => length === 0)) return undefined
  const faultOf = faultReader(document, operation)
  /** Whether a request without parameters and body is valid, and gets no defaults: it is checked once. */
  let emptyIsValid = false

  return function validateRequest(parameters, sent, mediaType = '') {
    const { path, query, header, cookie, faults: ofParameters } = parameters
    const { value: body, faults: ofBody = [], files = {} } = sent
    const isChecked = body !== undefined && kindOf(mediaType) !== 'bytes'
    const unread = [...ofParameters, ...ofBody]
    const isEmpty = () => !isChecked && [path, query, header, cookie].every(hasNone)
    const wasEmpty = isEmpty() && unread.length === 0
    if (wasEmpty && emptyIsValid) return
    const run = compiledOf(document, operation, isChecked ? mediaType : '', maxFaults)
    const errors = run({ path, query, header, cookie, ...(isChecked && { body }) })
    emptyIsValid ||= wasEmpty && errors.length === 0 && isEmpty()
    const others = errors.map(faultOf).filter(isNotIn(unread)).filter(isNotOfFile(files))
    const faults = [...unread, ...others].slice(0, maxFaults)
    // Without a cause: its message contains the names in the query, where a user may have put a password.
    if (faults.length > 0) throw new BadRequest('The request is invalid', { faults })
  }
}

function hasNone(values: object): boolean {
  for (const _ in values) return false
  return true
}

function isNotIn(faults: readonly Fault[]): (other: Fault) => boolean {
  return ({ in: part, pointer }) =>
    !faults.some((fault) => fault.in === part && fault.pointer === pointer)
}

/** The schema of a file is one of text. It is checked only whether the file is there, and how many of a list are. */
function isNotOfFile(files: NonNullable<Body['files']>): (fault: Fault) => boolean {
  return ({ in: part, pointer }) =>
    part !== 'body' ||
    !Object.entries(files).some(([name, file]) =>
      Array.isArray(file) ? pointer.startsWith(`/${name}/`) : pointer === `/${name}`,
    )
}

// ── Running it ───────────────────────────────────────────────────────────────────────────────────────────────────────

type ValidationError = validation.BadRequest['errors'][number]

/** Returns the errors of the validator. Throws if the validator itself fails. */
type Run = (values: object) => readonly ValidationError[]

/** Compiled at the first request, because it would be most of the work of a start. Shared by the servers of a process. */
const compiled = new WeakMap<Operation, Map<string, Run>>()

/** `mediaType` is empty for a request without a body that has a schema. */
function compiledOf(
  document: Document,
  operation: Operation,
  mediaType: string,
  maxFaults: number,
): Run {
  const runs = compiled.get(operation) ?? new Map<string, Run>()
  compiled.set(operation, runs)
  const key = `${maxFaults} ${mediaType}`
  const run =
    runs.get(key) ?? compile(requestSchema(document, operation, mediaType), document, maxFaults)
  runs.set(key, run)
  return run
}

/** One schema for all parts of a request. */
function requestSchema(document: Document, operation: Operation, mediaType: string): Schema {
  const all = parametersOf(document, operation.path, operation.method)
  const written = (schema: Schema) => withAbsent(document, 'schema', schema, 'readOnly')
  const partOf = (part: Parameter['in']): [string, Schema] => {
    const its = all.filter((each) => each.in === part)
    const properties = Object.fromEntries(its.map((each) => [each.name, written(schemaOf(each))]))
    const required = its.filter((each) => each.required).map(({ name }) => name)
    return [part, { type: 'object', properties, required }]
  }
  const { schema: declared } = contentOf(document, operation)[mediaType] ?? {}
  const isHeld = declared && (kindOf(mediaType) === 'value' || describesText(document, declared))
  const schema = isHeld ? declared : undefined
  const parts = (['path', 'query', 'header', 'cookie'] as const).map(partOf)
  return {
    type: 'object',
    properties: { ...Object.fromEntries(parts), ...(schema && { body: written(schema) }) },
  }
}

type ApiDoc = ConstructorParameters<typeof requests.RequestValidator>[0]

const path = '/'
const headers = { 'content-type': 'application/json' }

function compile(schema: Schema, document: Document, maxFaults: number): Run {
  const chosen = <Part extends object>(kind: Kind, part: Part) =>
    withChosenAlternatives(document, kind, part)
  const content = { 'application/json': { schema: chosen('schema', schema) } }
  const operation = { requestBody: { content }, responses: {} }
  const needed = componentsOf(document, 'schema', schema)
  const part = {
    openapi: document.openapi,
    paths: { [path]: { post: operation } },
    components: chosen('components', withAbsent(document, 'components', needed, 'readOnly')),
  }
  // A copy, which the validator changes. OpenAPI 3.1 has no `nullable`, and ajv cannot compile it without a type.
  const plain = mapSchemas(
    'document',
    structuredClone(part),
    ({ nullable: _, ...schema }) => schema,
  )
  // The validator's types are those of OpenAPI 3.0.
  const apiDoc = cheapChecksFirst('document', plain) as unknown as ApiDoc
  const recursion = recursionLimit({ components: needed })
  const validator = validatorOf(apiDoc, maxFaults, recursion)
  const { BadRequest: InvalidRequest } = loaded()
  // The result of the validator's own search for the operation.
  const found = {
    expressRoute: path,
    openApiRoute: path,
    schema: apiDoc.paths?.[path]?.post ?? { responses: {} },
    serial: 1,
    pathParams: {},
  }

  return (body) => {
    const req = {
      method: 'POST',
      path,
      originalUrl: path,
      headers,
      query: {},
      params: {},
      body,
      openapi: found,
    }
    try {
      recursion.within(body, () =>
        validator.validate(
          req as unknown as Request & { openapi: typeof found },
          {} as Response,
          () => {},
        ),
      )
      return []
    } catch (error) {
      if (error instanceof TooComplex) return [{ path: '/body/body', message: 'is too complex' }]
      if (error instanceof InvalidRequest) return error.errors.filter(isFault)
      throw error
    }
  }
}

const load = createRequire(import.meta.resolve('express-openapi-validator'))

/** Loaded with the first request that has something to check, and not at the start of every program. */
function loaded() {
  const { RequestValidator }: typeof requests = load('./middlewares/openapi.request.validator.js')
  const { SchemaPreprocessor }: typeof preprocessing = load(
    './middlewares/parsers/schema.preprocessor.js',
  )
  const { OpenApiValidator, BadRequest }: typeof validation = load('./openapi.validator.js')
  const ajv: typeof ajvPackage = load('ajv/dist/2020.js')
  return { RequestValidator, SchemaPreprocessor, OpenApiValidator, BadRequest, ajv }
}

/** Does what `installMiddleware` does, and reaches the two instances of ajv, which the validator declares as private. */
function validatorOf(
  apiDoc: ApiDoc,
  maxFaults: number,
  recursion: RecursionLimit,
): requests.RequestValidator {
  const { RequestValidator, SchemaPreprocessor, OpenApiValidator, ajv: copy } = loaded()
  const validator = new OpenApiValidator({
    apiSpec: apiDoc,
    validateRequests: { allErrors: true },
    ajvFormats: { mode: 'full' },
  })
  const { preprocessor, request } = validator.ajvOpts
  const { validateResponses } = Reflect.get(validator.ajvOpts, 'options')
  // Without the logger, which writes a line for each format that ajv does not know.
  const logger = false
  new SchemaPreprocessor(apiDoc, { ...preprocessor, logger }, validateResponses).preProcess()
  const options = { ...request, ownProperties: true, logger } as const
  const requestValidator = new RequestValidator(apiDoc, options)
  for (const name of ['ajv', 'ajvBody']) {
    const ajv = Reflect.get(requestValidator, name)
    limitFaults(ajv, maxFaults, copy)
    countFewCharacters(ajv)
    compareItemsOnce(ajv)
    recursion.apply(ajv, copy)
  }
  return requestValidator
}

// ── Reading its errors ───────────────────────────────────────────────────────────────────────────────────────────────

/** Excludes the failure of an `if`, which repeats the failure of its branch. */
function isFault({ errorCode }: ValidationError): boolean {
  return errorCode !== 'if.openapi.validation'
}

const parts: readonly Fault['in'][] = ['body', 'query', 'path', 'header', 'cookie']

function faultReader(
  document: Document,
  { path, method }: Operation,
): (error: ValidationError) => Fault {
  const descriptions = new Map(
    parametersOf(document, path, method)
      .filter((parameter) => parameter.in === 'header')
      .map(({ name, description }) => [name, description]),
  )

  /** The path `/body/body/username` is `username` in the body of the request. */
  return function faultOf(error) {
    const [, , named = '', ...names] = error.path.split('/')
    const part = parts.find((each) => each === named) ?? 'body'
    const pointer = names.map((name) => `/${name}`).join('')
    const detail = detailOf(error, part === 'header' ? descriptions.get(names[0] ?? '') : undefined)
    return { in: part, pointer: pointer.slice(0, 1000), detail: detail.slice(0, 1000) }
  }
}

/** The validator's message, or a better one where it quotes a pattern or repeats the name of a field. */
function detailOf({ message, errorCode = '' }: ValidationError, description?: string): string {
  const [keyword = ''] = errorCode.split('.')
  if (['required', 'dependentRequired'].includes(keyword)) return 'is required'
  if (keyword === 'false schema') return 'must be absent in a request'
  if (keyword !== 'pattern') return message
  return description ? `is malformed. ${description}` : 'does not match the required pattern'
}
