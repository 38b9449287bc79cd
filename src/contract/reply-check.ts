/** Holds an answer against the contract: status, media type, body and headers, on every path that an answer takes. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { resolve } from './document.ts'
import type { Document, Header, Response, Schema, SchemaObject } from './openapi.ts'
import type { OperationTable } from './operation-table.ts'
import type { Answer } from './reply.ts'

/** The faults of an answer that is about to leave with these headers. None: it is as the contract says. */
export type ReplyCheck = (
  operationId: string,
  answer: Answer,
  headers: Readonly<Record<string, unknown>>,
) => string[]

/** The headers that belong to HTTP, helmet, cors and the request log: of no operation, and of every one. */
const aside =
  /^(content-(type|length|security-policy)|connection|date|keep-alive|vary|x-request-id|access-control-.*|cross-origin-.*|origin-agent-cluster|referrer-policy|strict-transport-security|x-(content-type-options|dns-prefetch-control|download-options|frame-options|permitted-cross-domain-policies|xss-protection))$/

export function isAside(header: string): boolean {
  return aside.test(header.toLowerCase())
}

export function replyCheck(document: Document, operations: OperationTable): ReplyCheck {
  const compile = compilers.get(document) ?? compiler(document)
  compilers.set(document, compile)

  return (operationId, answer, sent) => {
    const response = declaredResponse(operationId, answer.status)
    if (!response) return [`status ${answer.status} is not declared`]
    return [...bodyFaults(response, answer), ...headerFaults(response, sent)]
  }

  function declaredResponse(operationId: string, status: number) {
    const operation = operations[operationId]
    const responses = operation && document.paths[operation.path]?.[operation.method]?.responses
    const response = responses?.[String(status)]
    return response && resolve<Response>(document, response)
  }

  function bodyFaults({ content = {} }: Response, { mediaType, body }: Answer): string[] {
    if (mediaType === undefined)
      return Object.keys(content).length > 0 ? ['the body is missing'] : []
    const schema = content[mediaType]?.schema
    if (!schema) return [`media type ${mediaType} is not declared`]
    return faultsOf(compile(schema), 'body', body)
  }

  function headerFaults(response: Response, sent: Readonly<Record<string, unknown>>): string[] {
    const declared = new Map(
      Object.entries(response.headers ?? {}).map(([name, header]) => [
        name.toLowerCase(),
        resolve<Header>(document, header),
      ]),
    )
    const undeclared = Object.keys(sent).filter((name) => !isAside(name) && !declared.has(name))
    return [
      ...undeclared.map((name) => `header ${name} is not declared`),
      ...[...declared].flatMap(([name, header]) => headerFault(name, header, sent[name])),
    ]
  }

  function headerFault(name: string, header: Header, value: unknown): string[] {
    if (value === undefined) return header.required ? [`header ${name} is missing`] : []
    if (!header.schema) return []
    const isNumber = resolve<SchemaObject>(document, header.schema).type === 'integer'
    return faultsOf(compile(header.schema), `header ${name}`, isNumber ? Number(value) : value)
  }
}

type Compile = (schema: Schema) => ValidateFunction

/** Servers of one process share what they have compiled of one contract. */
const compilers = new WeakMap<Document, Compile>()

function compiler(document: Document): Compile {
  const ajv = formats.default(new Ajv2020({ strict: false, allErrors: true }))
  const components = closed({ schemas: document.components?.schemas ?? {} })
  const compiled = new Map<Schema, ValidateFunction>()
  return (schema) => {
    const known = compiled.get(schema)
    if (known) return known
    const validate = ajv.compile({ ...closed(schema), components })
    compiled.set(schema, validate)
    return validate
  }
}

/** The contract leaves objects open, so that clients accept new fields; our own answers must not have any but the declared. */
function closed<T>(node: T): T {
  if (typeof node !== 'object' || node === null) return node
  if (Array.isArray(node)) return node.map(closed) as T
  const entries = Object.entries(node).map(([key, value]) => [key, closed(value)])
  const open = 'properties' in node && 'type' in node && !('additionalProperties' in node)
  return Object.fromEntries(open ? [...entries, ['additionalProperties', false]] : entries)
}

function faultsOf(validate: ValidateFunction, what: string, value: unknown): string[] {
  if (validate(value)) return []
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${what}${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}
