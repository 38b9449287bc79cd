/** The operations of openapi.yaml with references resolved, read independently of the code that serves them. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

export interface Schema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly examples?: readonly unknown[]
  readonly format?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: Schema
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly dependentRequired?: Readonly<Record<string, readonly string[]>>
  readonly additionalProperties?: boolean
  readonly if?: Schema
  readonly then?: Schema
  readonly else?: Schema
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly schema: Schema
}

export interface Link {
  readonly operationId: string
  /** The parameters of the linked operation, as expressions such as `$response.body#/…`. */
  readonly parameters: Readonly<Record<string, string>>
}

export interface ResponseObject {
  readonly headers?: Readonly<
    Record<string, { readonly required?: boolean; readonly schema: Schema }>
  >
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>
  readonly links?: Readonly<Record<string, Link>>
}

export interface RequestBody {
  readonly mediaType: string
  readonly schema: Schema
  /** The first example of the contract. */
  readonly example: Readonly<Record<string, unknown>>
}

export interface Operation {
  readonly operationId: string
  /** In upper case. */
  readonly method: string
  readonly path: string
  readonly parameters: readonly Parameter[]
  readonly body: RequestBody | undefined
  readonly responses: Readonly<Record<string, ResponseObject>>
  /** The names of its security schemes, one for each alternative. An alternative without a name requires no authentication. */
  readonly security: readonly (string | undefined)[]
}

interface Written {
  readonly operationId: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: {
    readonly content: Readonly<
      Record<
        string,
        {
          readonly schema: Schema
          readonly examples: Readonly<
            Record<string, { readonly value: Readonly<Record<string, unknown>> }>
          >
        }
      >
    >
  }
  readonly responses: Readonly<Record<string, ResponseObject>>
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Written>>>>
}

const text = readFileSync(new URL('../../../openapi.yaml', import.meta.url), 'utf8')
const written: object = parse(text)
const components = new Map<string, unknown>()
const document: Document = followed(written)

export const operations: readonly Operation[] = Object.entries(document.paths).flatMap(
  ([path, item]) => Object.entries(item).map(([method, each]) => operationOf(path, method, each)),
)

export const paths: readonly string[] = Object.keys(document.paths)

export function operationNamed(operationId: string): Operation {
  const operation = operations.find((each) => each.operationId === operationId)
  if (!operation) throw new Error(`openapi.yaml has no operation ${operationId}`)
  return operation
}

/** The methods of a path, in upper case. */
export function methodsAt(path: string): string[] {
  return operations.filter((each) => each.path === path).map(({ method }) => method)
}

function operationOf(path: string, method: string, given: Written): Operation {
  const { operationId, parameters = [], requestBody, responses, security } = given
  const [content] = Object.entries(requestBody?.content ?? {})
  return {
    operationId,
    method: method.toUpperCase(),
    path,
    parameters,
    body: content && {
      mediaType: content[0],
      schema: content[1].schema,
      example: Object.values(content[1].examples)[0]?.value ?? {},
    },
    responses,
    security: security.map((alternative) => Object.keys(alternative)[0]),
  }
}

/** The node with every `$ref` replaced by its target: the same object for the same reference. */
function followed(node: unknown) {
  return JSON.parse(JSON.stringify(node), (_key, value) =>
    typeof value?.$ref === 'string' ? component(value.$ref) : value,
  )
}

function component(ref: string): unknown {
  if (!components.has(ref)) components.set(ref, followed(at(ref)))
  return components.get(ref)
}

function at(ref: string): unknown {
  const step = (node: object, name: string) => Reflect.get(node, name)
  return ref.slice(2).split('/').reduce(step, written)
}
