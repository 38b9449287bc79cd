/** The types of a contract by openapi-typescript, as a server needs them. */
import openapiTypeScript, { astToString } from 'openapi-typescript'
import { headersOf, isIgnored, resolve } from '../document/document.ts'
import { withOptional } from '../document/one-way-properties.ts'
import type {
  Document,
  Header,
  OperationObject,
  Parameter,
  PathItem,
  Reference,
  Response,
} from '../document/openapi.ts'
import { methods } from '../document/openapi.ts'
import { withPlainAlternatives } from './alternatives.ts'
import { withPlainDiscriminator } from './discriminator.ts'

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
  const prepared = withOptional(document, 'document', withReadHeaders(document))
  const text = JSON.stringify(withPlainAlternatives({ ...prepared }), (_, node) =>
    withPlainDiscriminator(document, withSchema(node)),
  )
  return astToString(await openapiTypeScript(text, options))
}

/** With the schema of a parameter that a media type describes, such as JSON in a query: openapi-typescript takes it for a text. */
function withSchema(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node
  const { in: part, name, content }: Partial<Parameter> = node
  if (typeof part !== 'string' || typeof name !== 'string' || !content) return node
  return { ...node, content: undefined, schema: Object.values(content)[0]?.schema ?? {} }
}

/**
 * Without the headers that OpenAPI ignores, and without references to optional headers, because openapi-typescript takes every header that
 * is referred to as required.
 */
function withReadHeaders(document: Document): Document {
  const { responses } = document.components ?? {}
  return {
    ...document,
    paths: mapped(document.paths, ofPath),
    ...(responses && {
      components: { ...document.components, responses: mapped(responses, ofResponse) },
    }),
  }

  function ofPath(item: PathItem): PathItem {
    const operations = methods.flatMap((method) =>
      item[method] ? [[method, ofOperation(item[method])]] : [],
    )
    return { ...item, ...readParameters(item), ...Object.fromEntries(operations) }
  }

  function ofOperation(operation: OperationObject): OperationObject {
    const { responses } = operation
    return {
      ...operation,
      ...readParameters(operation),
      ...(responses && { responses: mapped(responses, ofResponse) }),
    }
  }

  function readParameters({ parameters }: Pick<PathItem, 'parameters'>) {
    return parameters
      ? { parameters: parameters.filter((each) => !isIgnored(resolve<Parameter>(document, each))) }
      : {}
  }

  function ofResponse(response: Response | Reference): Response | Reference {
    if (!('headers' in response) || !response.headers) return response
    return { ...response, headers: mapped(headersOf(response), ofHeader) }
  }

  function ofHeader(header: Header | Reference): Header | Reference {
    const { required } = resolve<Header>(document, header)
    return required ? header : resolve<Header>(document, header)
  }
}

function mapped<Value, Result>(
  values: Readonly<Record<string, Value>>,
  map: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]))
}
