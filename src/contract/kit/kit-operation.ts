/** What the kit reads of a contract: each operation with its references resolved, except those of schemas. */
import type { Contract } from '../contract.ts'
import { headersOf, parametersOf, resolve } from '../document/document.ts'
import { type FormFields, formFields } from '../document/form-fields.ts'
import { isForm } from '../document/media-type.ts'
import type {
  Document,
  Example,
  Header,
  MediaType,
  Method,
  OperationObject,
  Parameter,
  Response,
  Schema,
  SecurityScheme,
} from '../document/openapi.ts'
import { type Style, schemaOf, styleOf } from '../document/parameter-styles.ts'
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
  /** The schemes whose credentials follow the name of an authentication scheme, such as `Bearer`. */
  readonly namedSchemes: readonly string[]
  /** By status, range of statuses, or `default`. */
  readonly responses: Readonly<Record<string, KitResponse>>
}

export interface KitParameter extends Pick<Parameter, 'in' | 'name'>, Exemplified {
  readonly required: boolean
  readonly schema: SchemaNode
  readonly style: Style
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
    const body = written.requestBody && resolve(document, written.requestBody)
    const responses = Object.entries(written.responses ?? {}).map(
      ([status, response]) =>
        [
          status,
          responseOf(document, resolve<Response>(document, response), codes[status]),
        ] as const,
    )
    const schemes = security.flatMap(Object.keys)
    return {
      id,
      method,
      path,
      security,
      parameters: parametersOf(document, path, method).map((each) => parameterOf(document, each)),
      bodies: Object.entries(body?.content ?? {}).map(([mediaType, content]) => ({
        mediaType,
        schema: content.schema ?? {},
        fields: isForm(mediaType) ? formFields(document, mediaType, content) : new Map(),
        examples: examplesOf(document, content),
      })),
      requiresBody: body?.required ?? false,
      hasKeys: schemes.some((name) => schemeOf(document, name).type === 'apiKey'),
      namedSchemes: schemes.filter((name) =>
        ['http', 'oauth2', 'openIdConnect'].includes(schemeOf(document, name).type),
      ),
      responses: Object.fromEntries(responses),
    }
  })
}

/** How a scheme sends its credentials: `http`, `apiKey` with the place of its key, and others. */
export function schemeOf(document: Document, name: string): SecurityScheme {
  const declared = document.components?.securitySchemes?.[name]
  return declared ? resolve<SecurityScheme>(document, declared) : { type: 'unknown' }
}

function parameterOf(document: Document, parameter: Parameter): KitParameter {
  const { in: part, name, required = false } = parameter
  const schema = schemaOf(parameter)
  const examples = examplesOf(document, { ...parameter, schema })
  return { in: part, name, required, schema, style: styleOf(document, parameter), examples }
}

function responseOf(
  document: Document,
  { content = {}, ...response }: Response,
  codes: readonly string[] | undefined,
): KitResponse {
  const declared = Object.entries(headersOf(response)).map(([name, each]) => {
    const { required = false, schema = {} } = resolve<Header>(document, each)
    return [name.toLowerCase(), { required, schema }] as const
  })
  const schemas = Object.entries(content).map(([type, { schema = {} }]) => [type, schema] as const)
  return { headers: Object.fromEntries(declared), content: Object.fromEntries(schemas), codes }
}

/** Those of the parameter or body, or else of its schema. */
function examplesOf(document: Document, declared: MediaType): unknown[] {
  const { example, examples = {}, schema } = declared
  const named = Object.values(examples).map((each) => resolve<Example>(document, each).value)
  const own = [...(example === undefined ? [] : [example]), ...named].filter(
    (value) => value !== undefined,
  )
  if (own.length > 0 || typeof schema !== 'object') return own
  const { example: old, examples: list = [], default: usual } = resolve<Schema>(document, schema)
  return [old, ...list, usual].filter((value) => value !== undefined)
}
