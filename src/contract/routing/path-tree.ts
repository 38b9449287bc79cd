/** A tree of path templates, one level for each segment: a search takes as long as the path, whatever the number of templates. */
import { segmentReader, unnamed } from '../document/path-template.ts'

interface Node<Value> {
  readonly literals: Map<string, Node<Value>>
  readonly patterns: Pattern<Value>[]
  value?: Value
}

interface Pattern<Value> {
  /** The segment with its parameters unnamed: templates that differ in names only have one node. */
  readonly segment: string
  readonly read: ReturnType<typeof segmentReader>
  readonly node: Node<Value>
}

export function pathTree<Value>() {
  const root = newNode<Value>()
  return {
    add(template: string, value: Value): void {
      const node = template.split('/').reduce(childOf, root)
      node.value ??= value
    },
    /** A literal segment takes precedence over one with parameters, and more literal text over less (OpenAPI 3.1 §4.8.8.1). */
    find: (path: string): Value | undefined => search(root, path.split('/')),
  }
}

function newNode<Value>(): Node<Value> {
  return { literals: new Map(), patterns: [] }
}

/** The node of the next segment, which is added if there is none. */
function childOf<Value>(parent: Node<Value>, segment: string): Node<Value> {
  const { literals, patterns } = parent
  const pattern = unnamed(segment)
  const known = literals.get(segment) ?? patterns.find((each) => each.segment === pattern)?.node
  if (known) return known
  const node = newNode<Value>()
  if (pattern === segment) literals.set(segment, node)
  else patterns.push({ segment: pattern, read: segmentReader(segment), node })
  patterns.sort((one, other) => other.segment.length - one.segment.length)
  return node
}

function search<Value>(node: Node<Value>, segments: readonly string[], at = 0): Value | undefined {
  const segment = segments[at]
  if (segment === undefined) return node.value
  const literal = node.literals.get(segment)
  const found = literal && search(literal, segments, at + 1)
  if (found !== undefined) return found
  for (const { read, node: child } of node.patterns) {
    const value = read(segment) && search(child, segments, at + 1)
    if (value !== undefined) return value
  }
  return undefined
}
