/**
 * Finds schemas that no value has, and properties that no object can have: each reply with them would be a 500. Found are limits that
 * exclude each other, and what `additionalProperties: false` excludes; JSON Schema has many other ways to contradict itself.
 */
import { appliedSchemas } from '../document/applied-schemas.ts'
import type { ContractFault } from '../document/contract-fault.ts'
import { isNode, type Node } from '../document/document-parts.ts'

/** Of a schema itself, not of the schemas in it. */
export function contradictions(document: object, schema: Node, pointer: string): ContractFault[] {
  return [
    ...limitFaults(schema, pointer),
    ...requiredFaults(schema, pointer),
    ...compositionFaults(document, schema, pointer),
  ]
}

const limits = [
  ['minLength', 'maxLength'],
  ['minItems', 'maxItems'],
  ['minProperties', 'maxProperties'],
  ['minContains', 'maxContains'],
  ['minimum', 'maximum'],
  ['exclusiveMinimum', 'maximum'],
  ['minimum', 'exclusiveMaximum'],
  ['exclusiveMinimum', 'exclusiveMaximum'],
] as const

function limitFaults(schema: Node, pointer: string): ContractFault[] {
  return limits.flatMap(([low, high]) => {
    const { [low]: least, [high]: most } = schema
    if (typeof least !== 'number' || typeof most !== 'number') return []
    const isExclusive = `${low} ${high}`.includes('exclusive')
    if (isExclusive ? least < most : least <= most) return []
    const text = `${low} is ${least} and ${high} is ${most}: no value has both`
    return [{ pointer: `${pointer}/${low}`, text }]
  })
}

function requiredFaults(schema: Node, pointer: string): ContractFault[] {
  return requiredBy(schema).flatMap((name, at) => {
    if (allows(schema, name)) return []
    const text = `required has ${name}, which additionalProperties: false excludes: no object has both`
    return [{ pointer: `${pointer}/required/${at}`, text }]
  })
}

/** A part knows nothing of the properties of the others. */
function compositionFaults(document: object, schema: Node, pointer: string): ContractFault[] {
  const { $ref, allOf, ...own } = schema
  const isReference = $ref !== undefined && Object.keys(own).length === 0
  if (allOf === undefined && ($ref === undefined || isReference)) return []
  const members = [own, { $ref }, allOf]
    .flat()
    .map((part) => appliedSchemas(document, part, ['allOf']))
  const names = members.flatMap((parts, at) => {
    const others = members.filter((_, other) => other !== at).flat()
    const named = parts.flatMap((part) => [...requiredBy(part), ...declaredBy(part)])
    return named.filter((name) => others.some((other) => !allows(other, name)))
  })
  if (names.length === 0) return []
  const text = `one part of the schema has ${[...new Set(names)].join(', ')}, and another excludes it by additionalProperties: false: use unevaluatedProperties: false beside the allOf`
  return [{ pointer: 'allOf' in schema ? `${pointer}/allOf` : pointer, text }]
}

function requiredBy({ required }: Node): string[] {
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : []
}

/** A property whose schema is `false` is excluded itself. */
function declaredBy({ properties }: Node): string[] {
  const all = isNode(properties) ? Object.entries(properties) : []
  return all.flatMap(([name, schema]) => (schema === false ? [] : [name]))
}

function allows(
  { additionalProperties, properties, patternProperties }: Node,
  name: string,
): boolean {
  if (additionalProperties !== false || (isNode(properties) && Object.hasOwn(properties, name)))
    return true
  const patterns = isNode(patternProperties) ? Object.keys(patternProperties) : []
  return patterns.some((pattern) => isMatch(pattern, name))
}

/** A pattern that cannot be compiled is a fault of its own. */
function isMatch(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(name)
  } catch {
    return true
  }
}
