/** Finds error responses that do not take problem details, where `problemDetails()` is their format: each such error would be a 500. */
import { resolve } from '../document/document.ts'
import { declaredTypeOf } from '../document/media-type.ts'
import type { Document, Schema, SchemaObject } from '../document/openapi.ts'
import type { Operation } from '../document/operation-table.ts'
import { shapeOf } from '../document/shape.ts'
import { type ErrorFormat, errorFormatOf } from './error-format.ts'
import { problemContent, sendsProblems } from './problem-details.ts'
import { errorResponses, formatFor } from './response-formats.ts'

const { mediaType, fields, fieldsOfFaults } = problemContent

/** Responses with which the layer itself lists faults. */
const withFaults = /^(400|4XX|default)$/i

/** A sentence for each such response of an operation. */
export function problemGaps(
  document: Document,
  id: string,
  operation: Operation,
  formats: readonly ErrorFormat[],
): string[] {
  const ofOperation = errorFormatOf(operation, formats)
  return errorResponses(document, operation).flatMap(([key, response]) => {
    const { content = {} } = response
    const types = Object.keys(content)
    const format = formatFor(response, ofOperation, formats)
    if (types.length === 0 || !sendsProblems(format)) return []
    const what = `the response ${key} of ${id}`
    const type = declaredTypeOf(types, mediaType)
    if (type === undefined)
      return [`${what} is ${types.join(' or ')}, and problemDetails() sends ${mediaType}`]
    const schema = content[type]?.schema ?? {}
    const sent = withFaults.test(key) ? [...fields, ...fieldsOfFaults] : fields
    const missing = requiredBy(document, schema).filter((name) => !isField(name))
    return [
      ...differing('does not declare', undeclaredIn(document, schema, sent)),
      ...differing('requires', missing),
    ].map(
      (differs) =>
        `${what} has a schema that ${differs}: problemDetails() sends ${sent.join(', ')}`,
    )
  })
}

const differing = (how: string, names: readonly string[]): string[] =>
  names.length > 0 ? [`${how} ${names.join(', ')}`] : []

const isField = (name: string): boolean => fields.some((field) => field === name)

/** An object without declared properties takes any. */
function undeclaredIn(document: Document, schema: Schema, names: readonly string[]): string[] {
  const { properties, additional = false } = shapeOf(document, schema)
  if (properties.size === 0 || additional !== false) return []
  return names.filter((name) => !properties.has(name))
}

/** By the schema itself and the parts of its `allOf`. */
function requiredBy(
  document: Document,
  schema: Schema,
  seen: readonly Schema[] = [],
): readonly string[] {
  if (seen.includes(schema)) return []
  const { required = [], allOf = [] } = resolve<SchemaObject>(document, schema)
  return [...required, ...allOf.flatMap((part) => requiredBy(document, part, [...seen, schema]))]
}
