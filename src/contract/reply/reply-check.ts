/** Checks responses against the contract: status, media type, body and headers. */
import type * as ajvPackage from 'ajv/dist/2020.js'
import { withChosenAlternatives } from '../document/alternatives.ts'
import { headersOf, resolve } from '../document/document.ts'
import type { Kind } from '../document/document-fields.ts'
import { declaredTypeOf, isEventStream, isJson, isJsonLines } from '../document/media-type.ts'
import { withAbsent, withOptional } from '../document/one-way-properties.ts'
import type { Document, Header, Response, Schema } from '../document/openapi.ts'
import type { Operation, OperationTable } from '../document/operation-table.ts'
import { responseKey } from '../document/response-key.ts'
import { describesText } from '../document/shape.ts'
import { recursionLimit, TooComplex } from '../request/recursion-limit.ts'
import { newAjv } from '../request/schema-check.ts'
import { closedSchemas } from './closed-schema.ts'
import type { OutgoingResponse } from './reply.ts'

/** Returns the faults of a response; empty if it conforms to the contract. `sent` has its headers and those of other middleware. */
export type ReplyCheck = (
  operationId: string,
  response: OutgoingResponse,
  sent: Readonly<Record<string, unknown>>,
) => string[]

/** Headers that any operation may send undeclared: those of HTTP itself, helmet and cors. */
const commonHeaders =
  /^(content-(type|length|security-policy)|connection|date|keep-alive|vary|access-control-.*|cross-origin-.*|origin-agent-cluster|referrer-policy|strict-transport-security|x-(content-type-options|dns-prefetch-control|download-options|frame-options|permitted-cross-domain-policies|xss-protection))$/

/** The error formats set them, whether the contract declares them or not: an error must not be stored. */
const headersOfErrors = /^(cache-control|pragma)$/

/** Whether a response may have the header undeclared. Without a status, whether every response may. */
export function isCommonHeader(header: string, status = 200): boolean {
  const name = header.toLowerCase()
  // HTTP requires it (RFC 9110 §11.6.1), and many contracts do not declare it.
  if (status === 401 && name === 'www-authenticate') return true
  // The layer itself sends it (RFC 5789 §2.2).
  if (status === 415 && name === 'accept-patch') return true
  return commonHeaders.test(name) || (status >= 400 && headersOfErrors.test(name))
}

/** Creates the check for a contract. `compile` compiles the schemas that are checked. */
export function replyCheck(
  document: Document,
  operations: OperationTable,
  compile = compilerOf(document),
): ReplyCheck {
  return (operationId, response, sent) => {
    const declared = declaredResponse(document, operations[operationId], response.status)
    if (!declared) return [`status ${response.status} is not declared`]
    return [...bodyFaults(declared, response), ...headerFaults(declared, response, sent)]
  }

  function bodyFaults({ content = {} }: Response, { mediaType, body }: OutgoingResponse): string[] {
    if (mediaType === undefined)
      return Object.keys(content).length > 0 ? ['the body is missing'] : []
    if (mediaType.includes('*')) return [`media type ${mediaType} is a range`]
    const declared = content[declaredTypeOf(Object.keys(content), mediaType) ?? '']
    if (!declared) return [`media type ${mediaType} is not declared`]
    const { schema } = declared
    return schema && isHeld(schema, mediaType, body) ? faultsOf(compile(schema), 'body', body) : []
  }

  /** Each item of a stream of values has the schema: types allow a text only where it is one of text. */
  function isHeld(schema: Schema, mediaType: string, body: unknown): boolean {
    if (isJson(mediaType)) return true
    if (typeof body !== 'string') return false
    return isEventStream(mediaType) || isJsonLines(mediaType) || describesText(document, schema)
  }

  function headerFaults(
    response: Response,
    { status, headers }: OutgoingResponse,
    sent: Readonly<Record<string, unknown>>,
  ): string[] {
    const declared = new Map(
      Object.entries(headersOf(response)).map(([name, header]) => [
        name.toLowerCase(),
        resolve<Header>(document, header),
      ]),
    )
    const undeclared = Object.keys(headers)
      .map((name) => name.toLowerCase())
      .filter((name) => !isCommonHeader(name, status) && !declared.has(name))
    return [
      ...undeclared.map((name) => `header ${name} is not declared`),
      ...[...declared].flatMap(([name, header]) =>
        headerFault(name, header, Object.hasOwn(sent, name) ? sent[name] : undefined),
      ),
    ]
  }

  function headerFault(name: string, header: Header, value: unknown): string[] {
    if (value === undefined) return header.required ? [`header ${name} is missing`] : []
    if (!header.schema) return []
    const isNumber = resolve<Schema>(document, header.schema).type === 'integer'
    return faultsOf(compile(header.schema), `header ${name}`, isNumber ? Number(value) : value)
  }
}

/** Headers as a `ReplyCheck` compares them. */
export function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
}

/** What the contract declares for a status. */
export function declaredResponse(
  document: Document,
  operation: Operation | undefined,
  status: number,
): Response | undefined {
  const responses = operation && document.paths[operation.path]?.[operation.method]?.responses
  const response = responses?.[responseKey(responses, status) ?? '']
  return response && resolve<Response>(document, response)
}

/** Throws a `TooComplex`. */
type Check = (value: unknown) => ajvPackage.ValidateFunction['errors']

type Compile = (schema: Schema | boolean) => Check

/** Compiled schemas, shared by the servers of a process. */
const compilers = new WeakMap<Document, Compile>()

/** Compiles the schemas of replies: they have no undeclared properties, and none that is `writeOnly`. */
export function compilerOf(document: Document): Compile {
  const compile =
    compilers.get(document) ??
    compiler(document, true, (kind, part) => withAbsent(document, kind, part, 'writeOnly'))
  compilers.set(document, compile)
  return compile
}

/** Compiles the schemas of requests: what is `readOnly` need not be sent. */
export function requestCompilerOf(document: Document): Compile {
  return compiler(document, false, (kind, part) => withOptional(document, kind, part, ['readOnly']))
}

type Directed = <Part extends object | boolean>(kind: Kind, part: Part) => Part

function compiler(document: Document, closes: boolean, directed: Directed): Compile {
  const { ajv, _ } = newAjv({ allErrors: true })
  const prepared: Directed = (kind, part) =>
    withChosenAlternatives(document, kind, directed(kind, part))
  const { components, close } = closedSchemas(
    { ...document, components: prepared('components', document.components ?? {}) },
    closes,
  )
  const recursion = recursionLimit(document)
  recursion.apply(ajv, { _ })
  ajv.addSchema(components)
  const compiled = new Map<Schema | boolean | string, Check>()
  return (schema) => {
    const known = compiled.get(schema)
    if (known) return known
    const key = keyOf(schema)
    const check = compiled.get(key) ?? checkOf(schema)
    compiled.set(schema, check).set(key, check)
    return check
  }

  function checkOf(schema: Schema | boolean): Check {
    const validate = ajv.compile(close(prepared('schema', schema)))
    return (value) =>
      recursion.within(value, () =>
        // The failure of an `if` repeats that of its branch.
        validate(value) ? undefined : validate.errors?.filter(({ keyword }) => keyword !== 'if'),
      )
  }
}

/** The same for references to one component. A schema may be `true` or `false`. */
function keyOf(schema: Schema | boolean): Schema | boolean | string {
  const isReference = typeof schema === 'object' && Object.keys(schema).join() === '$ref'
  return isReference ? (schema.$ref ?? schema) : schema
}

export function faultsOf(check: Check, what: string, value: unknown): string[] {
  try {
    return (check(value) ?? []).map(
      ({ keyword, instancePath, message, params }) =>
        `${what}${instancePath} ${keyword === 'false schema' ? 'must be absent in a response' : message} ${JSON.stringify(params)}`,
    )
  } catch (error) {
    if (error instanceof TooComplex) return [`${what} is too complex`]
    throw error
  }
}
