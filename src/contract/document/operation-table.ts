/** The operation table: what openapi-typescript leaves out of its types. Method, path, security, statuses and media types of each operation. */
import { parametersOf, resolve } from './document.ts'
import { formFields, isFile } from './form-fields.ts'
import { essenceOf, multipartType } from './media-type.ts'
import type { Content, Document, Method, OperationObject, Response } from './openapi.ts'
import { type Declared, declaredOperations } from './operation-names.ts'
import { codesOf } from './response-codes.ts'
import { responseKeyPattern } from './response-key.ts'

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

/** The operations by operationId. */
export type OperationTable = Readonly<Record<string, Operation>>

/** Of a document without faults (`check-document.ts`). */
export function operationTable(document: Document): OperationTable {
  const operations = declaredOperations(document).map(
    (declared) => [declared.id, operationFrom(document, declared)] as const,
  )
  return Object.fromEntries(operations)
}

function operationFrom(document: Document, { path, method, operation }: Declared): Operation {
  const security = operation.security ?? document.security ?? []
  const parameters = parametersOf(document, path, method)
  const named = (part: string) =>
    parameters.filter((each) => each.in === part).map(({ name }) => name)
  const cookies = named('cookie')
  const requestBody = operation.requestBody && resolve(document, operation.requestBody)
  const { content, required: requiresBody = false } = requestBody ?? { content: {} }
  const files = filesOf(document, content)
  const streams = Object.keys(content).filter((type) => content[type]?.['x-stream'])
  const declared = responsesOf(document, operation)
  const errors = errorsOf(declared)
  const codes = codesOf(declared)
  const mediaTypes = Object.entries(declared).map(([status, { content: body = {} }]) => [
    status,
    Object.keys(body),
  ])
  const scopes = [...new Set(security.flatMap((schemes) => Object.values(schemes).flat()))]
  return {
    method,
    path,
    security,
    scopes,
    queries: named('query'),
    headers: named('header'),
    ...(cookies.length > 0 && { cookies }),
    request: Object.keys(content),
    requiresBody,
    ...(Object.keys(files).length > 0 && { files }),
    ...(streams.length > 0 && { streams }),
    responses: Object.fromEntries(mediaTypes),
    ...(codes && { codes }),
    ...(errors && { errors }),
  }
}

function filesOf(document: Document, content: Content): NonNullable<Operation['files']> {
  const fields = Object.entries(content).flatMap(([type, declared]) =>
    essenceOf(type) === multipartType ? [...formFields(document, type, declared)] : [],
  )
  return Object.fromEntries(
    fields.flatMap(([name, field]) => (isFile(field) ? [[name, field.kind]] : [])),
  )
}

type Responses = Readonly<Record<string, Response>>

function responsesOf(document: Document, { responses = {} }: OperationObject): Responses {
  const entries = Object.entries(responses)
    .filter(([status]) => responseKeyPattern.test(status))
    .map(([status, response]) => [status, resolve<Response>(document, response)] as const)
  return Object.fromEntries(entries)
}

function errorsOf(responses: Responses): string | undefined {
  const schemas = Object.entries(responses)
    .filter(([status]) => /^([45]|default)/.test(status))
    .flatMap(([, { content = {} }]) => Object.values(content))
    .map(({ schema }) => schema?.$ref?.split('/').at(-1))
  const [name, ...others] = new Set(schemas)
  return others.length > 0 ? undefined : name
}
