/** What openapi-typescript leaves out of its types: for every operation its method, path, tag, security, statuses and media types. */
import { ContractFault, parametersOf, resolve } from './document.ts'
import {
  type Content,
  type Document,
  type Method,
  methods,
  type OperationObject,
  type Response,
} from './openapi.ts'

export interface Operation {
  readonly method: Method
  readonly path: string
  readonly tag: string
  /** As in the contract: alternatives of schemes with their scopes. Empty: public. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  /** Every scope that the operation requires. */
  readonly scopes: readonly string[]
  /** The names of its query parameters, and of its header parameters. */
  readonly queries: readonly string[]
  readonly headers: readonly string[]
  /** The media types of the request body. Empty: the operation takes none. */
  readonly request: readonly string[]
  /** Whether there must be a body. */
  readonly requiresBody: boolean
  /** The media types of the answer for each status. */
  readonly replies: Readonly<Record<number, readonly string[]>>
  /** The name of the schema that all its errors have. */
  readonly errors: string
}

/** HEAD and OPTIONS are the router's own, TRACE is nobody's. */
const unservedMethods = ['head', 'options', 'trace'] as const

export type OperationTable = Readonly<Record<string, Operation>>

/** Throws, and names the operation, where the contract says what the contract layer cannot keep, or leaves out what it needs. */
export function operationTable(document: Document): OperationTable {
  const table: Record<string, Operation> = {}
  for (const [path, item] of Object.entries(document.paths)) {
    const [unserved] = unservedMethods.filter((method) => method in item)
    if (unserved) throw new ContractFault(`openapi.yaml: ${unserved} ${path} cannot be declared`)
    for (const method of methods) {
      const operation = item[method]
      if (!operation) continue
      const id = operation.operationId
      if (!id) throw new ContractFault(`openapi.yaml: ${method} ${path} has no operationId`)
      if (table[id]) throw new ContractFault(`openapi.yaml: the operationId ${id} is used twice`)
      table[id] = describe(document, { path, method, operation })
    }
  }
  return table
}

interface Place {
  path: string
  method: Method
  operation: OperationObject
}

function describe(document: Document, { path, method, operation }: Place): Operation {
  const refuse = (fault: string) =>
    new ContractFault(`openapi.yaml: ${operation.operationId} ${fault}`)
  const [tag] = operation.tags ?? []
  if (!tag) throw refuse('has no tag')
  if (path.split('/').some((segment) => /.\{|\}./.test(segment))) {
    throw refuse(`has a parameter that is a part of a segment: ${path}`)
  }
  const security = operation.security ?? document.security ?? []
  const parameters = parametersOf(document, path, method)
  if (parameters.some((parameter) => parameter.in === 'cookie'))
    throw refuse('has a cookie: none are read')
  const named = (part: string) =>
    parameters.filter((each) => each.in === part).map(({ name }) => name)
  const queries = named('query')
  const headers = named('header')
  const requestBody = operation.requestBody && resolve(document, operation.requestBody)
  const request = requestBody ? mediaTypes(requestBody) : []
  const unread = request.filter((type) => type !== formType && !isJson(type))
  if (unread.length > 0) throw refuse(`takes ${unread.join(' ')}: only JSON and forms are read`)
  const responses = responsesOf(document, operation)
  const replies = Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [Number(status), mediaTypes(response)]),
  )
  const unwritten = Object.values(replies)
    .flat()
    .filter((type) => !isJson(type))
  if (unwritten.length > 0) throw refuse(`answers ${unwritten.join(' ')}: only JSON is written`)
  const missing = neededStatuses(security, request).filter((status) => !(status in replies))
  if (missing.length > 0) throw refuse(`must declare the answers ${missing.join(' ')}`)
  const scopes = [...new Set(security.flatMap((schemes) => Object.values(schemes).flat()))]
  return {
    method,
    path,
    tag,
    security,
    scopes,
    queries,
    headers,
    request,
    requiresBody: requestBody?.required ?? false,
    replies,
    errors: errorsOf(responses, refuse),
  }
}

type Responses = Readonly<Record<string, Response>>

function responsesOf(document: Document, operation: OperationObject): Responses {
  const entries = Object.entries(operation.responses ?? {}).map(([status, response]) => {
    if (!/^[1-5]\d\d$/.test(status)) {
      throw new ContractFault(
        `openapi.yaml: ${operation.operationId} answers '${status}': name each status`,
      )
    }
    return [status, resolve<Response>(document, response)] as const
  })
  return Object.fromEntries(entries)
}

/** What can happen to every request, to one with a body, and to one that must be let in. */
function neededStatuses(security: Operation['security'], request: readonly string[]): number[] {
  const secured =
    security.length > 0 && !security.some((schemes) => Object.keys(schemes).length === 0)
  return [400, ...(secured ? [401, 403] : []), ...(request.length > 0 ? [413] : []), 500]
}

function errorsOf(responses: Responses, refuse: (fault: string) => Error): string {
  const schemas = Object.entries(responses)
    .filter(([status]) => Number(status) >= 400)
    .flatMap(([, { content = {} }]) => Object.values(content))
    .map(({ schema }) => (schema && '$ref' in schema ? schema.$ref.split('/').at(-1) : undefined))
  const [name, ...others] = new Set(schemas)
  if (name === undefined || others.length > 0)
    throw refuse('must answer all its errors with one schema, which has a name')
  return name
}

const formType = 'application/x-www-form-urlencoded'

function isJson(mediaType: string): boolean {
  return /^application\/([\w.-]+\+)?json$/.test(mediaType)
}

function mediaTypes({ content = {} }: { content?: Content }): string[] {
  return Object.keys(content)
}
