/** Rewrites schemas so that a text that is too long is rejected before its content is looked at. */

type Node = Record<string, unknown>

/** The fields whose values are data, in which the names of keywords have no meaning. */
const data = new Set(['const', 'enum', 'default', 'example', 'examples'])

/** A copy that accepts and rejects the same values. With a pattern, a text of megabytes could take seconds. */
export function cheapChecksFirst(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(cheapChecksFirst)
  if (!isNode(node)) return node
  const entries = Object.entries(node).map(([key, value]) => [
    key,
    data.has(key) && !isSchema(value) ? structuredClone(value) : cheapChecksFirst(value),
  ])
  return guarded(Object.fromEntries(entries))
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null
}

/** A property may have the name of a keyword. */
function isSchema(value: unknown): boolean {
  return isNode(value) && ('type' in value || '$ref' in value)
}

function guarded(schema: Node): Node {
  const { maxLength, pattern, format, ...others } = schema
  const isCostly = typeof pattern === 'string' || typeof format === 'string'
  if (typeof maxLength !== 'number' || !isCostly) return schema
  const costly = {
    ...(pattern !== undefined && { pattern }),
    ...(format !== undefined && { format }),
  }
  const { allOf = [] } = others
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  const check = { if: { maxLength }, then: costly }
  return { ...others, maxLength, allOf: [...(Array.isArray(allOf) ? allOf : []), check] }
}
