/** Finds the schemas that apply to the same value. */
import { valueAt } from './document.ts'
import { isNode, type Node } from './document-parts.ts'

/** The schema itself, the one that it refers to, and those of these keywords, with theirs. Each once: a schema may contain itself. */
export function appliedSchemas(
  document: object,
  schema: unknown,
  keywords: readonly string[],
): ReadonlySet<Node> {
  const found = new Set<Node>()
  add(schema)
  return found

  function add(each: unknown): void {
    if (!isNode(each) || found.has(each)) return
    found.add(each)
    const { $ref } = each
    if (typeof $ref === 'string') add(valueAt(document, $ref.replace(/^#/, '')))
    const { dependentSchemas } = each
    const all: Node = { ...each, dependentSchemas: Object.values(Object(dependentSchemas)) }
    for (const part of keywords.flatMap((keyword) => all[keyword])) add(part)
  }
}
