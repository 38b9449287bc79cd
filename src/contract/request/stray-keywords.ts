/** Removes `nullable` from the schemas of a request: OpenAPI 3.1 does not have it, and ajv cannot compile it without a type. */

/** The fields whose values are data, in which the names of keywords have no meaning. */
const data = new Set(['const', 'enum', 'default', 'example', 'examples'])

/** Returns a copy. */
export function withoutStrayKeywords(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutStrayKeywords)
  if (typeof node !== 'object' || node === null) return node
  const entries = Object.entries(node)
    .filter(([key, value]) => !isStray(key, value))
    .map(([key, value]) => [key, isData(key, value) ? value : withoutStrayKeywords(value)])
  return Object.fromEntries(entries)
}

/** A property may have the name of a keyword: its value is an object. */
function isStray(key: string, value: unknown): boolean {
  return key === 'nullable' && typeof value === 'boolean'
}

function isData(key: string, value: unknown): boolean {
  const isSchema =
    typeof value === 'object' && value !== null && ('type' in value || '$ref' in value)
  return data.has(key) && !isSchema
}
