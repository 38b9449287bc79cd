/** What the kit reads of a contract: each operation with its references resolved, except those of schemas. */
import type { Contract } from '../contract.ts'
import { headersOf, parametersOf, resolve } from '../document/document.ts'
import type {
  Document,
  Method,
  OperationObject,
  Parameter,
  Reference,
  SecurityScheme,
} from '../document/openapi.ts'
import { type FormFields, formFields } from './form-fields.ts'
import type { SchemaNode } from './schemas.ts'

export interface KitOperation {
  readonly id: string
  readonly method: Method
  readonly path: string
  readonly parameters: readonly KitParameter[]
  /** One for each media type. */
  readonly bodies: readonly KitBody[]
  readonly requiresBody: boolean
  /** Alternatives: the scopes by scheme. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  /** Whether one of its schemes is a key, for which HTTP has no challenge. */
  readonly hasKeys: boolean
  /** By status, range of statuses, or `default`. */
  readonly responses: Readonly<Record<string, KitResponse>>
}

export interface KitParameter extends Pick<Parameter, 'in' | 'name'>, Exemplified {
  readonly required: boolean
  readonly schema: SchemaNode
  /** Its value is text of this media type. */
  readonly mediaType?: string | undefined
  readonly style: string
  readonly explode: boolean
}

export interface KitBody extends Exemplified {
  readonly mediaType: string
  readonly schema: SchemaNode
  /** How the fields of a form are sent. */
  readonly fields: FormFields
}

/** The values of the contract's examples. */
interface Exemplified {
  readonly examples: readonly unknown[]
}

export interface KitResponse {
  /** By name in lower case. */
  readonly headers: Readonly<
    Record<string, { readonly required: boolean; readonly schema: SchemaNode }>
  >
  /** The schemas by media type. */
  readonly content: Readonly<Record<string, SchemaNode>>
  /** The error codes of `x-codes`. Undefined if the contract does not list them. */
  readonly codes: readonly string[] | undefined
}

export function kitOperations({ document, operations }: Contract): KitOperation[] {
  return Object.entries(operations).map(([id, { method, path, security, codes = {} }]) => {
    const written: OperationObject = document.paths[path]?.[method] ?? {}
    const declared = written.requestBody && resolve(document, written.requestBody)
    const body: WrittenBody | undefined = declared
    const responses = Object.entries(written.responses ?? {}).map(
      ([status, response]) =>
        [
          status,
          responseOf(document, resolve<WrittenResponse>(document, response), codes[status]),
        ] as const,
    )
    return {
      id,
      method,
      path,
      security,
      parameters: parametersOf(document, path, method).map((each) => parameterOf(document, each)),
      bodies: Object.entries(body?.content ?? {}).map(([mediaType, content]) => ({
        mediaType,
        schema: content.schema ?? {},
        fields: formFields(document, mediaType, declared?.content?.[mediaType] ?? {}),
        examples: examplesOf(document, content),
      })),
      requiresBody: body?.required ?? false,
      hasKeys: security
        .flatMap(Object.keys)
        .some((name) => schemeOf(document, name).type === 'apiKey'),
      responses: Object.fromEntries(responses),
    }
  })
}

/** How a scheme sends its credentials: `http`, `apiKey` with the place of its key, and others. */
export function schemeOf(document: Document, name: string): SecurityScheme {
  const declared = document.components?.securitySchemes?.[name]
  return declared ? resolve<SecurityScheme>(document, declared) : { type: 'unknown' }
}

interface Examples {
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, { readonly value?: unknown }>>
}

interface WrittenContent extends Examples {
  readonly schema?: SchemaNode
}

interface WrittenBody {
  readonly content: Readonly<Record<string, WrittenContent>>
  readonly required?: boolean
}

interface WrittenResponse {
  readonly headers?: Readonly<Record<string, WrittenHeader | Reference>>
  readonly content?: Readonly<Record<string, WrittenContent>>
}

interface WrittenHeader {
  readonly required?: boolean
  readonly schema?: SchemaNode
}

interface WrittenParameter extends Pick<Parameter, 'in' | 'name'>, Examples {
  readonly schema?: SchemaNode
  readonly required?: boolean
  readonly style?: string
  readonly explode?: boolean
  readonly content?: Readonly<Record<string, WrittenContent>>
}

/** The defaults of OpenAPI 3.1 §4.8.12.2. */
const styles = { path: 'simple', header: 'simple', query: 'form', cookie: 'form' } as const

function parameterOf(document: Document, written: WrittenParameter): KitParameter {
  const { required = false, style = styles[written.in], explode = style === 'form' } = written
  const [content] = Object.entries(written.content ?? {})
  const schema: SchemaNode = content?.[1].schema ?? written.schema ?? {}
  const examples = examplesOf(document, { ...written, schema })
  const { in: part, name } = written
  return { in: part, name, required, style, explode, schema, mediaType: content?.[0], examples }
}

function responseOf(
  document: Document,
  { content = {}, ...response }: WrittenResponse,
  codes: readonly string[] | undefined,
): KitResponse {
  const declared = Object.entries(headersOf(response)).map(([name, each]) => {
    const { required = false, schema = {} } = resolve<WrittenHeader>(document, each)
    return [name.toLowerCase(), { required, schema }] as const
  })
  const schemas = Object.entries(content).map(([type, { schema = {} }]) => [type, schema] as const)
  return { headers: Object.fromEntries(declared), content: Object.fromEntries(schemas), codes }
}

/** Those of the parameter or body, or else of its schema. */
function examplesOf(
  document: Document,
  { example, examples = {}, schema }: WrittenContent,
): unknown[] {
  const named = Object.values(examples).map((each) => resolve<typeof each>(document, each).value)
  const own = [...(example === undefined ? [] : [example]), ...named].filter(
    (value) => value !== undefined,
  )
  if (own.length > 0 || typeof schema !== 'object') return own
  const {
    example: old,
    examples: list = [],
    default: usual,
  } = resolve<Exclude<SchemaNode, boolean>>(document, schema)
  return [old, ...list, usual].filter((value) => value !== undefined)
}
