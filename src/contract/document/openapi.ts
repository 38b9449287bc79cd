/** The types of the parts of an OpenAPI 3.1 document that this layer reads. */

/** The supported methods, in the order of the `Allow` header. */
export const methods = ['get', 'put', 'post', 'patch', 'delete'] as const
export type Method = (typeof methods)[number]

export interface Document {
  openapi: string
  info?: { title?: string; description?: string }
  paths: Record<string, PathItem>
  components?: Components
  servers?: Server[]
  tags?: { name: string }[]
  security?: SecurityRequirement[]
}

/** Other components are read through references only. */
export interface Components {
  schemas?: Record<string, Schema>
  responses?: Record<string, Response | Reference>
  securitySchemes?: Record<string, SecurityScheme | Reference>
}

export type PathItem = { [M in Method]?: OperationObject } & {
  parameters?: (Parameter | Reference)[]
  servers?: Server[]
}

/** `url` may have variables in braces. */
export interface Server {
  url: string
  variables?: Record<string, { default: string }>
}

export interface OperationObject {
  operationId?: string
  tags?: string[]
  servers?: Server[]
  security?: SecurityRequirement[]
  parameters?: (Parameter | Reference)[]
  requestBody?: RequestBody | Reference
  responses?: Record<string, Response | Reference>
}

export interface Parameter {
  in: 'path' | 'query' | 'header' | 'cookie'
  name: string
  description?: string
  required?: boolean
  schema?: Schema
  content?: Content
  style?: string
  explode?: boolean
  allowEmptyValue?: boolean
  example?: unknown
  examples?: Record<string, Example | Reference>
}

export interface Example {
  value?: unknown
}

export interface RequestBody {
  content: Content
  required?: boolean
}

export interface Response {
  headers?: Record<string, Header | Reference>
  content?: Content
  'x-codes'?: unknown
}

export type Header = { required?: boolean; schema?: Schema }

export type Content = Record<string, MediaType>

export interface MediaType {
  schema?: Schema
  /** Of the fields of a form. */
  encoding?: Record<string, Encoding>
  /** The body of a request is handed to the handler as a stream. */
  'x-stream'?: boolean
  example?: unknown
  examples?: Record<string, Example | Reference>
}

export interface Encoding {
  contentType?: string
  style?: string
  explode?: boolean
}

/** May have keywords beside its reference (JSON Schema 2020-12 §8.2.3.1). */
export interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  default?: unknown
  example?: unknown
  examples?: unknown[]
  format?: string
  contentMediaType?: string
  contentEncoding?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  multipleOf?: number
  items?: Schema | boolean
  minItems?: number
  maxItems?: number
  uniqueItems?: boolean
  properties?: Record<string, Schema>
  required?: string[]
  dependentRequired?: Record<string, string[]>
  additionalProperties?: Schema | boolean
  minProperties?: number
  readOnly?: boolean
  writeOnly?: boolean
  allOf?: Schema[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  if?: Schema
  then?: Schema
  else?: Schema
}

export type Reference = { $ref: string }

/** All of these schemes are required, each with its scopes. */
type SecurityRequirement = Record<string, string[]>

export interface SecurityScheme {
  type: string
  /** Of an `apiKey`: where it is, and its name there. */
  in?: string
  name?: string
  /** Of `http`. */
  scheme?: string
  flows?: Record<string, { scopes: Record<string, string> }>
}
