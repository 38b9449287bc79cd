/** Validates values by the schemas of a contract, and splits schemas into alternatives from which values can be made. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { withLiterals } from '../document/alternatives.ts'
import { resolve } from '../document/document.ts'
import { withAbsent } from '../document/one-way-properties.ts'
import type { Document } from '../document/openapi.ts'
import { compareItemsOnce } from '../request/unique-items.ts'

/** A schema as written in the contract. A reference may have siblings. */
export type SchemaNode = SchemaKeywords | boolean

export interface SchemaKeywords {
  readonly $ref?: string
  readonly type?: string | string[]
  readonly enum?: unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly example?: unknown
  readonly examples?: readonly unknown[]
  readonly format?: string
  readonly contentMediaType?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly multipleOf?: number
  readonly items?: SchemaNode
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[]
  readonly dependentRequired?: Readonly<Record<string, readonly string[]>>
  readonly additionalProperties?: SchemaNode
  readonly minProperties?: number
  readonly readOnly?: boolean
  readonly writeOnly?: boolean
  readonly allOf?: readonly SchemaNode[]
  readonly anyOf?: readonly SchemaNode[]
  readonly oneOf?: readonly SchemaNode[]
  readonly if?: SchemaNode
  readonly then?: SchemaNode
  readonly else?: SchemaNode
}

export interface Schemas {
  /** Whether a request may have the value. */
  isValid(schema: SchemaNode, value: unknown): boolean
  /** What is wrong with a value of a response, with each undeclared field; empty if nothing is. */
  faultsOf(schema: SchemaNode, value: unknown): string[]
  /** Without references, `allOf`, `oneOf`, `anyOf` and conditions at its top. A value of one must still be validated by the schema itself. */
  alternatives(schema: SchemaNode): readonly SchemaKeywords[]
}

const maxAlternatives = 24

export function schemasOf(document: Document): Schemas {
  const request = validators(document, 'readOnly')
  const response = validators(document, 'writeOnly')
  const known = new Map<SchemaNode, readonly SchemaKeywords[]>()
  return {
    isValid: (schema, value) => request(schema)(value),
    faultsOf: (schema, value) => {
      const validate = response(schema)
      if (validate(value)) return []
      return (validate.errors ?? []).map(
        ({ keyword, instancePath, message, params }) =>
          `${instancePath} ${keyword === 'false schema' ? 'must be absent in a response' : message} ${JSON.stringify(params)}`,
      )
    },
    alternatives: (schema) => {
      const found = known.get(schema) ?? split(document, schema, [])
      known.set(schema, found)
      return found
    },
  }
}

// ── Validation ───────────────────────────────────────────────────────────────────────────────────────────────────────

type Validators = (schema: SchemaNode) => ValidateFunction

/** Fields that are `readOnly` are not part of a request, those that are `writeOnly` not of a response. Responses have no undeclared fields. */
function validators(whole: Document, absent: 'readOnly' | 'writeOnly'): Validators {
  const isResponse = absent === 'writeOnly'
  const { components = {} } = whole
  const document = isResponse
    ? { ...whole, components: withAbsent(whole, 'components', components, 'writeOnly') }
    : whole
  const ofDirection = (schema: SchemaNode) =>
    isResponse ? withAbsent(whole, 'schema', schema, 'writeOnly') : schema
  const ajv = formats.default(
    new Ajv2020({
      strict: false,
      allErrors: true,
      logger: false,
      ownProperties: true,
      code: { regExp },
    }),
    { mode: 'full' },
  )
  compareItemsOnce(ajv)
  const compiled = new Map<SchemaNode, ValidateFunction>()
  const names = new Map<string, string>()

  return (schema) => {
    const known = compiled.get(schema) ?? ajv.compile(written(ofDirection(schema), isResponse))
    compiled.set(schema, known)
    return known
  }

  /** `closed` is false where another schema describes the same object, such as in a member of `allOf`. */
  function written(given: SchemaNode, closed: boolean): SchemaNode {
    if (typeof given === 'boolean') return given
    const node = withLiterals(document, given)
    const { $ref, example: _, examples: __, default: ___, ...rest } = node
    const isWhole = rest.properties ?? rest.allOf ?? rest.if
    const isBeside = $ref !== undefined && (isWhole ?? rest.anyOf ?? rest.oneOf) !== undefined
    const closesHere = closed && (isWhole !== undefined || isBeside) && describesFields(node)
    const made: Record<string, unknown> = {}
    for (const [key, value] of Object.entries(rest))
      made[key] = part(key, value, closed && !(closesHere && isApplied(key)))
    if (rest.required) made.required = rest.required.filter((name) => !isAbsent(rest, name))
    if ($ref !== undefined) made.$ref = named($ref, closed && !closesHere)
    const isOpen = 'additionalProperties' in node || 'unevaluatedProperties' in node
    if (closesHere && !isOpen) made.unevaluatedProperties = false
    return made
  }

  function describesFields(node: SchemaNode, depth = 0): boolean {
    if (typeof node === 'boolean' || depth > 10) return false
    const { $ref, properties, allOf = [], anyOf = [], oneOf = [] } = node
    const target = $ref === undefined ? [] : [resolve<SchemaKeywords>(document, { $ref })]
    const members = [...target, ...allOf, ...anyOf, ...oneOf]
    return properties !== undefined || members.some((each) => describesFields(each, depth + 1))
  }

  function part(key: string, value: unknown, closed: boolean): unknown {
    const inner = (isClosed: boolean) => (each: unknown) => written(each as SchemaNode, isClosed)
    if (['allOf', 'anyOf', 'oneOf', 'prefixItems'].includes(key) && Array.isArray(value))
      return value.map(inner(closed))
    if (['if', 'then', 'else', 'not', 'dependentSchemas'].includes(key)) return inner(false)(value)
    if (['items', 'additionalProperties', 'unevaluatedItems', 'contains'].includes(key))
      return inner(closed)(value)
    if (['properties', 'patternProperties', '$defs'].includes(key))
      return mapped(value, inner(closed))
    return value
  }

  function isAbsent({ properties = {} }: SchemaKeywords, name: string): boolean {
    const { [name]: property } = properties
    if (typeof property !== 'object') return false
    return property[absent] ?? resolve<SchemaKeywords>(document, property)[absent] ?? false
  }

  /** Each target is a schema of its own, so that it is compiled once. */
  function named($ref: string, closed: boolean): string {
    const key = `${closed} ${$ref}`
    const known = names.get(key)
    if (known) return known
    const name = `schema-${names.size}`
    names.set(key, name)
    ajv.addSchema(written(resolve<SchemaKeywords>(document, { $ref }), closed), name)
    return name
  }
}

/** The keywords whose schemas describe the same value. */
const isApplied = (key: string) => ['allOf', 'anyOf', 'oneOf'].includes(key)

/** Contracts have patterns that are not valid with the flag `u`, such as `\-`. */
const regExp = Object.assign(
  (pattern: string, flags: string) => {
    try {
      return new RegExp(pattern, flags)
    } catch {
      return new RegExp(pattern)
    }
  },
  { code: 'new RegExp' },
)

function mapped(value: unknown, change: (each: unknown) => unknown): unknown {
  const entries = Object.entries(Object(value)).map(([name, each]) => [name, change(each)])
  return Object.fromEntries(entries)
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
export function typesOf(schema: SchemaKeywords): readonly string[] {
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
): readonly SchemaKeywords[] {
  if (typeof given === 'boolean') return given ? [{}] : []
  const node = withLiterals(document, given)
  const { $ref, allOf = [], anyOf, oneOf, if: condition, then, else: otherwise, ...rest } = node
  if ($ref !== undefined && followed.includes($ref)) return []
  const seen = $ref === undefined ? followed : [...followed, $ref]
  const inner = (each: SchemaNode) => split(document, each, seen)
  const target = $ref === undefined ? [{}] : inner(resolve<SchemaKeywords>(document, { $ref }))
  const members = [anyOf, oneOf].flatMap((list) => (list ? [list.flatMap(inner)] : []))
  const branches = condition === undefined ? [] : [conditional(condition, then, otherwise, inner)]
  const all = [target, ...allOf.map(inner), ...members, ...branches]
  return all.reduce<readonly SchemaKeywords[]>(product, [rest])
}

function conditional(
  condition: SchemaNode,
  then: SchemaNode = {},
  otherwise: SchemaNode = {},
  inner: (node: SchemaNode) => readonly SchemaKeywords[],
): readonly SchemaKeywords[] {
  return [...product(inner(condition), inner(then)), ...inner(otherwise)]
}

function product(
  ones: readonly SchemaKeywords[],
  others: readonly SchemaKeywords[],
): readonly SchemaKeywords[] {
  return ones.flatMap((one) => others.map((other) => both(one, other))).slice(0, maxAlternatives)
}

function both(one: SchemaKeywords, other: SchemaKeywords): SchemaKeywords {
  const properties: Record<string, SchemaNode> = { ...one.properties }
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
