/** Validates values by the schemas of a contract, and splits schemas into alternatives from which values can be made. */
import { withLiterals } from '../document/alternatives.ts'
import { resolve } from '../document/document.ts'
import type { Document, Schema } from '../document/openapi.ts'
import { describesText, shapeOf } from '../document/shape.ts'
import { compilerOf, faultsOf, requestCompilerOf } from '../reply/reply-check.ts'

export type SchemaNode = Schema | boolean

export interface Schemas {
  /** Whether a request may have the value. */
  isValid(schema: SchemaNode, value: unknown): boolean
  /** What is wrong with a value of a response, with each undeclared field; empty if nothing is. */
  faultsOf(schema: SchemaNode, value: unknown): string[]
  /** Whether a text of a response can be held to the schema: not to that of a structure, such as XML, nor to that of bytes. */
  describesText(schema: SchemaNode): boolean
  /** Without references, `allOf`, `oneOf`, `anyOf` and conditions at its top. A value of one must still be validated by the schema itself. */
  alternatives(schema: SchemaNode): readonly Schema[]
}

const maxAlternatives = 24

export function schemasOf(document: Document): Schemas {
  const ofRequest = requestCompilerOf(document)
  const ofReply = compilerOf(document)
  const known = new Map<SchemaNode, readonly Schema[]>()
  return {
    isValid: (schema, value) => faultsOf(ofRequest(schema), '', value).length === 0,
    faultsOf: (schema, value) => faultsOf(ofReply(schema), '', value),
    describesText: (schema) =>
      describesText(document, schema) && !shapeOf(document, schema).isBinary,
    alternatives: (schema) => {
      const found = known.get(schema) ?? split(document, schema, [])
      known.set(schema, found)
      return found
    },
  }
}

/** Parameters and headers are texts: numbers, booleans and null are valid as JSON writes them. */
export function isValidText(
  { isValid }: Pick<Schemas, 'isValid'>,
  schema: SchemaNode,
  text: string,
): boolean {
  if (isValid(schema, text)) return true
  return jsonScalar.test(text) && isValid(schema, JSON.parse(text))
}

const jsonScalar = /^(-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?|true|false|null)$/

/** A server may fill in a field that has one, although it is required. */
export function hasDefault(
  { alternatives }: Pick<Schemas, 'alternatives'>,
  field: SchemaNode = {},
) {
  return alternatives(field).some((each) => each.default !== undefined)
}

/** The declared types, or those that the keywords mean. */
export function typesOf(schema: Schema): readonly string[] {
  const { type, properties, items, additionalProperties } = schema
  if (type !== undefined) return typeof type === 'string' ? [type] : type
  if (properties ?? additionalProperties) return ['object']
  if (items) return ['array']
  if (schema.pattern !== undefined || schema.format || schema.maxLength) return ['string']
  if (schema.minimum !== undefined || schema.maximum !== undefined) return ['number']
  return []
}

// ── Alternatives ─────────────────────────────────────────────────────────────────────────────────────────────────────

function split(
  document: Document,
  given: SchemaNode,
  followed: readonly string[],
): readonly Schema[] {
  if (typeof given === 'boolean') return given ? [{}] : []
  const node = withLiterals(document, given)
  const { $ref, allOf = [], anyOf, oneOf, if: condition, then, else: otherwise, ...rest } = node
  if ($ref !== undefined && followed.includes($ref)) return []
  const seen = $ref === undefined ? followed : [...followed, $ref]
  const inner = (each: SchemaNode) => split(document, each, seen)
  const target = $ref === undefined ? [{}] : inner(resolve<Schema>(document, { $ref }))
  const members = [anyOf, oneOf].flatMap((list) => (list ? [list.flatMap(inner)] : []))
  const branches = condition === undefined ? [] : [conditional(condition, then, otherwise, inner)]
  const all = [target, ...allOf.map(inner), ...members, ...branches]
  return all.reduce<readonly Schema[]>(product, [rest])
}

function conditional(
  condition: SchemaNode,
  then: SchemaNode = {},
  otherwise: SchemaNode = {},
  inner: (node: SchemaNode) => readonly Schema[],
): readonly Schema[] {
  return [...product(inner(condition), inner(then)), ...inner(otherwise)]
}

function product(ones: readonly Schema[], others: readonly Schema[]): readonly Schema[] {
  return ones.flatMap((one) => others.map((other) => both(one, other))).slice(0, maxAlternatives)
}

function both(one: Schema, other: Schema): Schema {
  const properties: Record<string, Schema> = { ...one.properties }
  for (const [name, schema] of Object.entries(other.properties ?? {})) {
    const { [name]: before } = properties
    properties[name] = before === undefined ? schema : { allOf: [before, schema] }
  }
  const required = [...new Set([...(one.required ?? []), ...(other.required ?? [])])]
  return {
    ...one,
    ...other,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  }
}
