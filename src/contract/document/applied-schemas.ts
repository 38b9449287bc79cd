/** Finds the schemas that apply to the same value. */
import { valueAt } from './document.ts'
import { fieldShape } from './document-fields.ts'
import { escapePointer, formOf, isNode, type Node } from './document-parts.ts'

/** The schema itself, the one that it refers to, and those of these keywords, with theirs. Each once: a schema may contain itself. */
export function appliedSchemas(
  document: object,
  schema: unknown,
  keywords: readonly string[],
): Node[] {
  return [...appliedPlaces(document, schema, keywords).keys()]
}

/** The same with their JSON pointers, from that of the schema on. */
export function appliedPlaces(
  document: object,
  schema: unknown,
  keywords: readonly string[],
  pointer = '',
): ReadonlyMap<Node, string> {
  const found = new Map<Node, string>()
  add(schema, pointer)
  return found

  function add(each: unknown, place: string): void {
    if (!isNode(each) || found.has(each)) return
    found.set(each, place)
    if (typeof each.$ref === 'string') {
      const target = each.$ref.replace(/^#/, '')
      add(valueAt(document, target), target)
    }
    for (const keyword of keywords) {
      const { [keyword]: value } = each
      const [, form] = formOf(fieldShape('schema', keyword))
      if (form === 'one') add(value, `${place}/${keyword}`)
      else
        for (const [name, part] of Object.entries(Object(value)))
          add(part, `${place}/${keyword}/${escapePointer(name)}`)
    }
  }
}
