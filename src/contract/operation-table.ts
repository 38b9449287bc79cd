/** The operation table: what openapi-typescript leaves out of its types. Method, path, security, statuses and media types of each operation. */
import { ContractError, parametersOf, resolve } from './document.ts'
import { essenceOf, isForm, kindOf, multipartType } from './media-type.ts'
import {
  type Content,
  type Document,
  type MediaType,
  type Method,
  methods,
  type OperationObject,
  type Response,
} from './openapi.ts'
import { operationIdOf } from './operation-names.ts'
import { fileKind, formFault, styleFault } from './parameter-styles.ts'
import { unnamed } from './path-template.ts'
import { codesOf } from './response-codes.ts'
import { responseKeyPattern } from './response-key.ts'
import { shapeOf } from './shape.ts'

export interface Operation {
  readonly method: Method
  readonly path: string
  /** The security requirements: alternatives of schemes with their scopes (OpenAPI 3.1 §4.8.30). Empty for a public operation. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  /** The scopes of all security requirements. */
  readonly scopes: readonly string[]
  /** The names of its query parameters. */
  readonly queries: readonly string[]
  /** The names of its header parameters, as written in the contract. */
  readonly headers: readonly string[]
  /** The names of its cookies. Absent if it has none. */
  readonly cookies?: readonly string[]
  /** The media types of the request body. Empty if the operation has none. */
  readonly request: readonly string[]
  readonly requiresBody: boolean
  /** The fields of a multipart body that are files, one or a list. Absent if it has none. */
  readonly files?: Readonly<Record<string, 'one' | 'list'>>
  /** The media types of the request body that are handed over as streams. Absent if it has none. */
  readonly streams?: readonly string[]
  /** The media types of the responses, by status, range such as `2XX`, or `default`. */
  readonly responses: Readonly<Record<string, readonly string[]>>
  /** The `x-codes` of its error responses, likewise. Absent if it has none. */
  readonly codes?: Readonly<Record<string, readonly string[]>>
  /** The name of the schema of its error responses. Undefined if they do not have one in common. */
  readonly errors?: string
}

/** The router serves HEAD and OPTIONS itself. TRACE is not supported. */
const unservedMethods = ['head', 'options', 'trace'] as const

/** The operations by operationId. */
export type OperationTable = Readonly<Record<string, Operation>>

/** Throws a `ContractError` that names the operation if the contract uses an unsupported feature or lacks a required part. */
export function operationTable(document: Document): OperationTable {
  const table: Record<string, Operation> = {}
  const seen = new Map<string, string>()
  for (const [path, item] of Object.entries(document.paths)) {
    const [unserved] = unservedMethods.filter((method) => method in item)
    if (unserved) throw new ContractError(`openapi.yaml: ${unserved} ${path} cannot be declared`)
    for (const method of methods) {
      const operation = item[method]
      if (!operation) continue
      const { operationId = operationIdOf(method, path) } = operation
      requireOnce(seen, method, path)
      table[operationId] = operationFrom(document, { id: operationId, path, method, operation })
    }
  }
  return table
}

/** Templates that differ in the names of their parameters only are one path. */
function requireOnce(seen: Map<string, string>, method: Method, path: string): void {
  const key = `${method} ${unnamed(path)}`
  const other = seen.get(key)
  if (other !== undefined)
    throw new ContractError(`openapi.yaml: ${method} ${path} is the same path as ${other}`)
  seen.set(key, path)
}

interface Place {
  id: string
  path: string
  method: Method
  operation: OperationObject
}

function operationFrom(document: Document, { id, path, method, operation }: Place): Operation {
  const refuse = (fault: string) => new ContractError(`openapi.yaml: ${id} ${fault}`)
  if (/\}\{/.test(path)) throw refuse(`has two parameters with nothing between them: ${path}`)
  const security = operation.security ?? document.security ?? []
  const parameters = parametersOf(document, path, method)
  for (const parameter of parameters) {
    const fault = styleFault(document, parameter)
    if (fault) throw refuse(`has the ${parameter.in} parameter ${parameter.name}, which ${fault}`)
  }
  const named = (part: string) =>
    parameters.filter((each) => each.in === part).map(({ name }) => name)
  const queries = named('query')
  const headers = named('header')
  const cookies = named('cookie')
  const requestBody = operation.requestBody && resolve(document, operation.requestBody)
  const request = requestBody ? mediaTypes(requestBody) : []
  const content = requestBody?.content ?? {}
  for (const [type, declared] of Object.entries(content)) {
    const fault = bodyFault(document, type, declared)
    if (fault) throw refuse(`has a request body of ${type}, which ${fault}`)
  }
  const files = filesOf(document, content)
  const streams = Object.keys(content).filter((type) => content[type]?.['x-stream'])
  const declared = responsesOf(document, operation, refuse)
  const errors = errorsOf(declared)
  const codes = codesOf(declared, refuse)
  const responses = Object.fromEntries(
    Object.entries(declared).map(([status, response]) => [status, mediaTypes(response)]),
  )
  const scopes = [...new Set(security.flatMap((schemes) => Object.values(schemes).flat()))]
  return {
    method,
    path,
    security,
    scopes,
    queries,
    headers,
    ...(cookies.length > 0 && { cookies }),
    request,
    requiresBody: requestBody?.required ?? false,
    ...(Object.keys(files).length > 0 && { files }),
    ...(streams.length > 0 && { streams }),
    responses,
    ...(codes && { codes }),
    ...(errors && { errors }),
  }
}

/** Why a request body cannot be read, in a sentence without its subject; undefined if it can. */
function bodyFault(document: Document, type: string, declared: MediaType): string | undefined {
  if (type.startsWith('multipart/') && essenceOf(type) !== multipartType)
    return `is not supported: use ${multipartType}`
  if (declared['x-stream'] && kindOf(type) !== 'bytes') return 'cannot be a stream: only bytes can'
  return isForm(type) ? formFault(document, type, declared) : undefined
}

function filesOf(document: Document, content: Content): NonNullable<Operation['files']> {
  const fields = Object.entries(content)
    .filter(([type]) => essenceOf(type) === multipartType)
    .flatMap(([, { schema = {} }]) => [...shapeOf(document, schema).properties])
    .map(([name, shape]) => [name, fileKind(shape())] as const)
  return Object.fromEntries(fields.flatMap(([name, kind]) => (kind ? [[name, kind]] : [])))
}

type Responses = Readonly<Record<string, Response>>

function responsesOf(
  document: Document,
  operation: OperationObject,
  refuse: (fault: string) => Error,
): Responses {
  const entries = Object.entries(operation.responses ?? {}).map(([status, response]) => {
    if (!responseKeyPattern.test(status)) throw refuse(`has the response '${status}'`)
    return [status, resolve<Response>(document, response)] as const
  })
  return Object.fromEntries(entries)
}

function errorsOf(responses: Responses): string | undefined {
  const schemas = Object.entries(responses)
    .filter(([status]) => /^([45]|default)/.test(status))
    .flatMap(([, { content = {} }]) => Object.values(content))
    .map(({ schema }) => (schema && '$ref' in schema ? schema.$ref.split('/').at(-1) : undefined))
  const [name, ...others] = new Set(schemas)
  return others.length > 0 ? undefined : name
}

function mediaTypes({ content = {} }: { content?: Content }): string[] {
  return Object.keys(content)
}
