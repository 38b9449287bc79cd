/** The format of each error response that an operation declares: that of its schema, or none for a response without content. */
import { resolve } from '../document/document.ts'
import type { Document, Response } from '../document/openapi.ts'
import type { Operation } from '../document/operation-table.ts'
import { isErrorKey, responseKey } from '../document/response-key.ts'
import { type ErrorFormat, errorFormatOf } from './error-format.ts'

/** The format for a status; for one that is not declared, the format of the operation. */
export function responseFormats(
  document: Document,
  operation: Operation,
  formats: readonly ErrorFormat[],
): (status: number) => ErrorFormat {
  const ofOperation = errorFormatOf(operation, formats)
  const declared = new Map(
    errorResponses(document, operation).map(([key, response]) => [
      key,
      formatOf(response, ofOperation, formats),
    ]),
  )
  return (status) => declared.get(responseKey(operation.responses, status) ?? '') ?? ofOperation
}

/** The format of an error response of an operation, whose other errors have the format `ofOperation`. */
export function formatOf(
  response: Response,
  ofOperation: ErrorFormat,
  formats: readonly ErrorFormat[],
): ErrorFormat {
  if (Object.keys(response.content ?? {}).length === 0) return withoutBody(ofOperation)
  return formats.find(({ schema }) => namesOf(response).includes(schema)) ?? ofOperation
}

/** A sentence for each error response that no format can make. */
export function formatGaps(
  document: Document,
  id: string,
  operation: Operation,
  formats: readonly ErrorFormat[],
): string[] {
  const known = formats.map(({ schema }) => schema)
  return errorResponses(document, operation).flatMap(([key, response]) => {
    const names = namesOf(response)
    if (names.length === 0 || names.some((name) => known.includes(name))) return []
    const [name] = names
    const schema = name ? `the schema ${name}` : 'a schema without a name'
    return [`the response ${key} of ${id} has ${schema}, which has no error format`]
  })
}

/** The error responses that an operation declares, by status, range or `default`. */
export function errorResponses(
  document: Document,
  { path, method, responses }: Operation,
): [key: string, Response][] {
  return Object.entries(document.paths[path]?.[method]?.responses ?? {})
    .filter(([key]) => isErrorKey(responses, key))
    .map(([key, response]) => [key, resolve<Response>(document, response)])
}

/** The names of its schemas, empty for one without a name. Content without a schema has none. */
function namesOf({ content = {} }: Response): string[] {
  return Object.values(content).flatMap(({ schema }) =>
    schema ? [schema.$ref?.split('/').at(-1) ?? ''] : [],
  )
}

function withoutBody(format: ErrorFormat): ErrorFormat {
  return {
    schema: format.schema,
    code: (refusal) => format.code(refusal),
    toResponse: (refusal) => {
      const { status, headers } = format.toResponse(refusal)
      return { status, headers }
    },
  }
}
