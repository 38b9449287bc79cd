/** What openapi-typescript leaves out of its types: for every operation its method, path, tag, security, statuses and media types. */
import type { OpenAPIV3 } from 'express-openapi-validator/dist/framework/types.js'
import { type Document, type Method, methods, resolve } from './document.ts'

export interface Operation {
  readonly method: Method
  readonly path: string
  readonly tag: string
  /** As in the contract: alternatives of schemes with their scopes. Empty: public. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  /** Every scope that the operation requires. */
  readonly scopes: readonly string[]
  /** The media types of the request body. Empty: the operation takes none. */
  readonly request: readonly string[]
  /** The media types of the answer for each status. */
  readonly replies: Readonly<Record<number, readonly string[]>>
}

export type OperationTable = Readonly<Record<string, Operation>>

/** Throws where the contract says what the contract layer cannot keep: a name that is missing or repeated, a `default` answer. */
export function operationTable(document: Document): OperationTable {
  const table: Record<string, Operation> = {}
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of methods) {
      const operation = item[method]
      if (!operation) continue
      const id = operation.operationId
      if (!id) throw new Error(`openapi.yaml: ${method} ${path} has no operationId`)
      if (table[id]) throw new Error(`openapi.yaml: the operationId ${id} is used twice`)
      table[id] = describe(document, { path, method, operation })
    }
  }
  return table
}

interface Place {
  path: string
  method: Method
  operation: OpenAPIV3.OperationObject
}

function describe(document: Document, { path, method, operation }: Place): Operation {
  const [tag] = operation.tags ?? []
  if (!tag) throw new Error(`openapi.yaml: ${operation.operationId} has no tag`)
  const security = operation.security ?? document.security ?? []
  return {
    method,
    path,
    tag,
    security,
    scopes: [...new Set(security.flatMap((schemes) => Object.values(schemes).flat()))],
    request: operation.requestBody ? mediaTypes(resolve(document, operation.requestBody)) : [],
    replies: replies(document, operation),
  }
}

function replies(document: Document, operation: OpenAPIV3.OperationObject): Operation['replies'] {
  const entries = Object.entries(operation.responses ?? {}).map(([status, response]) => {
    if (!/^[1-5]\d\d$/.test(status)) {
      throw new Error(
        `openapi.yaml: ${operation.operationId} answers '${status}': name each status`,
      )
    }
    return [Number(status), mediaTypes(resolve(document, response))] as const
  })
  return Object.fromEntries(entries)
}

function mediaTypes({ content = {} }: { content?: Record<string, unknown> }): string[] {
  return Object.keys(content)
}
