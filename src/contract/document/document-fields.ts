/** What the parts of an OpenAPI document are: where a field is a schema, a reference or mere data depends on where it stands. */

/** A header is a parameter without a name and a place. */
const header = {
  description: 'text',
  required: 'flag',
  deprecated: 'flag',
  allowEmptyValue: 'flag',
  style: 'text',
  explode: 'flag',
  allowReserved: 'flag',
  schema: 'schema',
  content: 'mediaType{}',
  example: 'data',
  examples: 'example{}',
} as const

/**
 * The fields of each kind of part (OpenAPI 3.1 §4.8). A value is a part of a kind, a list `[]` or a map `{}` of them, or one of
 * `text`, `texts`, `flag`, `data`. `*` stands for any name. Fields that begin with `x-` are data everywhere but in maps.
 */
const fields = {
  document: {
    openapi: 'text',
    info: 'data',
    jsonSchemaDialect: 'text',
    servers: 'server[]',
    paths: 'paths',
    webhooks: 'pathItem{}',
    components: 'components',
    security: 'security[]',
    tags: 'data',
    externalDocs: 'data',
  },
  components: {
    schemas: 'schema{}',
    responses: 'response{}',
    parameters: 'parameter{}',
    examples: 'example{}',
    requestBodies: 'requestBody{}',
    headers: 'header{}',
    securitySchemes: 'securityScheme{}',
    links: 'link{}',
    callbacks: 'callback{}',
    pathItems: 'pathItem{}',
  },
  paths: { '*': 'pathItem' },
  pathItem: {
    $ref: 'text',
    summary: 'text',
    description: 'text',
    get: 'operation',
    put: 'operation',
    post: 'operation',
    delete: 'operation',
    options: 'operation',
    head: 'operation',
    patch: 'operation',
    trace: 'operation',
    servers: 'server[]',
    parameters: 'parameter[]',
  },
  operation: {
    tags: 'texts',
    summary: 'text',
    description: 'text',
    externalDocs: 'data',
    operationId: 'text',
    parameters: 'parameter[]',
    requestBody: 'requestBody',
    responses: 'responses',
    callbacks: 'callback{}',
    deprecated: 'flag',
    security: 'security[]',
    servers: 'server[]',
  },
  responses: { '*': 'response' },
  callback: { '*': 'pathItem' },
  parameter: { name: 'text', in: 'text', ...header },
  header,
  requestBody: { description: 'text', content: 'mediaType{}', required: 'flag' },
  response: {
    description: 'text',
    headers: 'header{}',
    content: 'mediaType{}',
    links: 'link{}',
  },
  mediaType: {
    schema: 'schema',
    example: 'data',
    examples: 'example{}',
    encoding: 'encoding{}',
    'x-stream': 'flag',
  },
  encoding: {
    contentType: 'text',
    headers: 'header{}',
    style: 'text',
    explode: 'flag',
    allowReserved: 'flag',
  },
  example: { summary: 'text', description: 'text', value: 'data', externalValue: 'text' },
  link: {
    operationRef: 'text',
    operationId: 'text',
    parameters: 'data',
    requestBody: 'data',
    description: 'text',
    server: 'server',
  },
  server: { url: 'text', description: 'text', variables: 'data' },
  security: { '*': 'texts' },
  securityScheme: {
    type: 'text',
    description: 'text',
    name: 'text',
    in: 'text',
    scheme: 'text',
    bearerFormat: 'text',
    flows: 'data',
    openIdConnectUrl: 'text',
  },
  /** Its other keywords are data. */
  schema: {
    properties: 'schema{}',
    patternProperties: 'schema{}',
    dependentSchemas: 'schema{}',
    $defs: 'schema{}',
    definitions: 'schema{}',
    allOf: 'schema[]',
    anyOf: 'schema[]',
    oneOf: 'schema[]',
    prefixItems: 'schema[]',
    items: 'schema',
    additionalProperties: 'schema',
    not: 'schema',
    if: 'schema',
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: 'schema',
    else: 'schema',
    contains: 'schema',
    propertyNames: 'schema',
    unevaluatedItems: 'schema',
    unevaluatedProperties: 'schema',
    contentSchema: 'schema',
  },
} as const

export type Kind = keyof typeof fields

/** What a field has. */
export type FieldShape = 'text' | 'texts' | 'flag' | 'data' | Kind | `${Kind}[]` | `${Kind}{}`

/** The folder of `components` with the parts of a kind. Other kinds cannot be components. */
export const componentFolders: Readonly<Partial<Record<Kind, string>>> = Object.fromEntries(
  Object.entries(fields.components).map(([folder, shape]) => [shape.slice(0, -2), folder]),
)

/** The shape of a field; undefined if this kind of part has no such field. */
export function fieldShape(kind: Kind, field: string): FieldShape | undefined {
  const shapes: Readonly<Record<string, FieldShape>> = fields[kind]
  if (Object.hasOwn(shapes, field)) return shapes[field]
  if (field.startsWith('x-') || kind === 'schema') return 'data'
  return shapes['*']
}

export function isKind(name: string): name is Kind {
  return Object.hasOwn(fields, name)
}

/** A kind in words: `pathItem` is `a path item`. */
export function described(kind: Kind): string {
  const words = kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  if (['components', 'paths', 'responses'].includes(kind)) return `an object of ${words}`
  if (kind === 'schema') return 'a schema, which is an object, true or false'
  return /^[aeo]/.test(words) ? `an ${words}` : `a ${words}`
}
