/** OpenAPI 3.1 as far as this layer reads it. */

/** The methods that an operation may have, in the order in which `Allow` lists them. */
export const methods = ['get', 'put', 'post', 'patch', 'delete'] as const
export type Method = (typeof methods)[number]

export interface Document {
  openapi: string
  paths: Record<string, PathItem>
  components?: Components
  security?: SecurityRequirement[]
}

/** The others are reached by references alone. */
export interface Components {
  schemas?: Record<string, Schema>
  securitySchemes?: Record<string, SecurityScheme | Reference>
}

export type PathItem = { [M in Method]?: OperationObject } & {
  parameters?: (Parameter | Reference)[]
}

export interface OperationObject {
  operationId?: string
  tags?: string[]
  security?: SecurityRequirement[]
  parameters?: (Parameter | Reference)[]
  requestBody?: RequestBody | Reference
  responses?: Record<string, Response | Reference>
}

export interface Parameter {
  in: 'path' | 'query' | 'header' | 'cookie'
  name: string
  description?: string
  schema?: Schema
}

export interface RequestBody {
  content: Content
  required?: boolean
}

export interface Response {
  headers?: Record<string, Header | Reference>
  content?: Content
}

export type Header = { required?: boolean; schema?: Schema }

export type Content = Record<string, { schema?: Schema }>

export interface SchemaObject {
  type?: string | string[]
  enum?: unknown[]
}

export type Schema = SchemaObject | Reference
export type Reference = { $ref: string }

/** The schemes that are needed together, with the scopes of each. */
export type SecurityRequirement = Record<string, string[]>

export interface SecurityScheme {
  type: string
  flows?: Record<string, { scopes: Record<string, string> }>
}
