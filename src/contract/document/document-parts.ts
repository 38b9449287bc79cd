/** Walks through the parts of an OpenAPI document. What is data, such as an example, is never taken for a part. */
import {
  componentFolders,
  type FieldShape,
  fieldShape,
  isKind,
  type Kind,
} from './document-fields.ts'

export type Node = Readonly<Record<string, unknown>>

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The reference of a part, if it is one. Any other `$ref` is data, or the name of something. */
export function referenceOf(kind: Kind, node: Node): string | undefined {
  const isReferable = kind in componentFolders || kind === 'operation'
  return isReferable && typeof node.$ref === 'string' ? node.$ref : undefined
}

/** A part, and its place as a JSON pointer (RFC 6901). */
export interface Part {
  readonly kind: Kind
  readonly node: Node
  readonly pointer: string
}

/** Calls `visit` for a part and all parts within it, outer ones first. */
export function visitParts(
  kind: Kind,
  value: unknown,
  visit: (part: Part) => void,
  pointer = '',
): void {
  if (!isNode(value)) return
  visit({ kind, node: value, pointer })
  for (const [field, child] of Object.entries(value)) {
    if (typeof child !== 'object' || child === null) continue
    const [childKind, form] = formOf(fieldShape(kind, field))
    if (childKind === undefined) continue
    const place = `${pointer}/${escapePointer(field)}`
    if (form === 'one') visitParts(childKind, child, visit, place)
    else if (form === 'map' || Array.isArray(child))
      for (const [name, member] of Object.entries(child))
        visitParts(childKind, member, visit, `${place}/${escapePointer(name)}`)
  }
}

type Change = (kind: Kind, node: Node) => Node

/** A copy of a part, in which `change` has replaced each part, inner ones first. */
export function mapParts(kind: Kind, node: Node, change: Change): Node {
  return change(
    kind,
    mapChildren(kind, node, (child, childKind) => mapParts(childKind, child, change)),
  )
}

/** A copy of a part, in which `change` has replaced each schema, inner ones first. A schema may be `true` or `false`. */
export function mapSchemas<Part extends object | boolean>(
  kind: Kind,
  part: Part,
  change: (schema: Node) => Node,
): Part {
  if (!isNode(part)) return part
  return mapParts(kind, part, (each, node) => (each === 'schema' ? change(node) : node)) as Part
}

/** A copy of a part, in which `map` has replaced each part of its fields. `name` is that in a list or a map of parts. */
export function mapChildren(
  kind: Kind,
  node: Node,
  map: (child: Node, kind: Kind, field: string, name?: string) => Node,
): Node {
  const entries = Object.entries(node).map(([field, value]) => {
    const [childKind, form] = formOf(fieldShape(kind, field))
    if (childKind === undefined) return [field, value]
    const one = (member: unknown, name?: string) =>
      isNode(member) ? map(member, childKind, field, name) : member
    if (form === 'one') return [field, one(value)]
    if (form === 'list' && Array.isArray(value))
      return [field, value.map((member, at) => one(member, String(at)))]
    if (form === 'list' || !isNode(value)) return [field, value]
    const members = Object.entries(value).map(([name, member]) => [name, one(member, name)])
    return [field, Object.fromEntries(members)]
  })
  return Object.fromEntries(entries)
}

type Form = 'one' | 'list' | 'map'

const forms = new Map<FieldShape | undefined, readonly [kind: Kind | undefined, form: Form]>()

/** The kind of the parts that a field has, and whether it has one, a list or a map of them. No kind for data. */
export function formOf(
  shape: FieldShape | undefined,
): readonly [kind: Kind | undefined, form: Form] {
  const known = forms.get(shape)
  if (known) return known
  const name = (shape ?? 'data').replace(/\W+$/, '')
  const kind = isKind(name) ? name : undefined
  const form = shape?.endsWith('[]') ? 'list' : shape?.endsWith('{}') ? 'map' : 'one'
  forms.set(shape, [kind, form])
  return [kind, form]
}

export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

export function unescapePointer(name: string): string {
  return name.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** The JSON pointer in the fragment of a reference. One that cannot be decoded leads nowhere. */
export function decodedFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment)
  } catch {
    return fragment
  }
}
