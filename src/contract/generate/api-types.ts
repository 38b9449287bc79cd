/** The types of a contract by openapi-typescript, as a server needs them. */
import openapiTypeScript, { astToString } from 'openapi-typescript'
import { headersOf, isIgnored, resolve } from '../document/document.ts'
import type { Kind } from '../document/document-fields.ts'
import { isNode, mapParts, mapSchemas, type Node } from '../document/document-parts.ts'
import { withOptional } from '../document/one-way-properties.ts'
import type { Document, Parameter, Reference } from '../document/openapi.ts'
import { plainSchema } from './plain-schema.ts'

const options = {
  rootTypes: true,
  rootTypesNoSchemaPrefix: true,
  // A response may omit a property that has a default.
  defaultNonNullable: false,
  // `type: object` alone allows any properties.
  emptyObjectsUnknown: true,
  silent: true,
}

/** Returns the text of a module with the types of all schemas, parameters, bodies, headers and statuses. */
export async function apiTypes(document: Document): Promise<string> {
  const read = mapParts('document', { ...document }, (kind, node) => asRead(document, kind, node))
  const prepared = withOptional(document, 'document', { ...document, ...read })
  const plain = mapSchemas('document', prepared, (schema) => plainSchema(document, schema))
  return astToString(await openapiTypeScript(JSON.stringify(plain), options))
}

/** A part as this layer reads it: without the headers that OpenAPI ignores. */
function asRead(document: Document, kind: Kind, node: Node): Node {
  const { parameters, headers } = node
  if (kind === 'parameter') return withSchema(node)
  if (kind === 'header') return withoutOptionalReference(document, node)
  if (kind === 'response' && isNode(headers)) return { ...node, headers: headersOf({ headers }) }
  if (!['pathItem', 'operation'].includes(kind) || !Array.isArray(parameters)) return node
  const isRead = (each: Parameter | Reference) => !isIgnored(resolve<Parameter>(document, each))
  return { ...node, parameters: parameters.filter(isRead) }
}

/** With the schema of a parameter that a media type describes, such as JSON in a query: openapi-typescript takes it for a text. */
function withSchema(parameter: Node): Node {
  const { content, ...others } = parameter
  if (!isNode(content)) return parameter
  const [declared] = Object.values(content)
  return { ...others, schema: isNode(declared) ? (declared.schema ?? {}) : {} }
}

/** openapi-typescript takes every header that is referred to as required. */
function withoutOptionalReference(document: Document, header: Node): Node {
  const declared = resolve<Node>(document, header)
  return declared.required ? header : declared
}
