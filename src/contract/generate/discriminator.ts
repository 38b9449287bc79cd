/** Writes discriminators as openapi-typescript needs them to give them the meaning that OpenAPI does (3.1 §4.8.25). */
import { resolve } from '../document/document.ts'
import type { Document, Reference } from '../document/openapi.ts'

interface Schema {
  readonly properties?: Readonly<Record<string, Schema | Reference>>
  readonly allOf?: readonly (Schema | Reference)[]
  readonly oneOf?: readonly (Schema | Reference)[]
  readonly anyOf?: readonly (Schema | Reference)[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
}

interface Discriminated extends Schema {
  readonly discriminator: {
    readonly propertyName: string
    readonly mapping?: Readonly<Record<string, string>>
  }
}

/**
 * Returns a node of the document as it is, unless it has a discriminator:
 * - where each alternative has literals of its own for the property, they tell the alternatives apart, and openapi-typescript would add
 *   the names of the schemas to them: returned without the discriminator
 * - a mapping to the name of a schema becomes one to its reference
 */
export function withPlainDiscriminator(document: Document, node: unknown): unknown {
  if (!isDiscriminated(node)) return node
  const { discriminator, ...schema } = node
  const { propertyName, mapping = {} } = discriminator
  const alternatives = schema.oneOf ?? schema.anyOf ?? []
  const areLiteral = alternatives.every((each) => hasLiterals(document, each, propertyName))
  if (alternatives.length > 0 && areLiteral) return schema
  const schemas = document.components?.schemas ?? {}
  const references = Object.entries(mapping).map(([value, target]) => [
    value,
    Object.hasOwn(schemas, target) ? `#/components/schemas/${target}` : target,
  ])
  return { ...node, discriminator: { ...discriminator, mapping: Object.fromEntries(references) } }
}

function isDiscriminated(node: unknown): node is Discriminated {
  if (typeof node !== 'object' || node === null || !('discriminator' in node)) return false
  const { discriminator } = node
  return (
    typeof discriminator === 'object' && discriminator !== null && 'propertyName' in discriminator
  )
}

function hasLiterals(document: Document, schema: Schema | Reference, name: string): boolean {
  const {
    properties: { [name]: property } = {},
    allOf = [],
    oneOf,
    anyOf,
  } = resolve(document, schema)
  if (property && isLiteral(resolve(document, property))) return true
  const alternatives = oneOf ?? anyOf
  return (
    allOf.some((part) => hasLiterals(document, part, name)) ||
    (alternatives?.every((part) => hasLiterals(document, part, name)) ?? false)
  )
}

function isLiteral(schema: Schema): boolean {
  return schema.const !== undefined || schema.enum !== undefined
}
