/** Makes one document of a contract and of what it refers to in other files. */
import type { PlacedFault } from '../document/contract-fault.ts'
import { componentFolders, type Kind } from '../document/document-fields.ts'
import {
  escapePointer,
  isNode,
  mapChildren,
  type Node,
  referenceOf,
} from '../document/document-parts.ts'
import {
  type ContractFilesReader,
  childOf,
  componentName,
  faultAt,
  idOf,
  type Location,
  partAt,
  placeText,
} from './contract-files.ts'
import type { Source } from './contract-source.ts'
import { differenceBetween } from './part-difference.ts'

/** Another part than `known`, from which it differs at a JSON pointer, has its name. */
interface Clash {
  readonly known: Location
  readonly at: string
}

/** A part that is copied: from where, and to where in the document. */
interface Copy {
  readonly kind: Kind
  readonly from: Location
  readonly to: string
  /** The parts that stand in place of references to them, and of which this is a part. */
  readonly within: readonly string[]
}

/**
 * A part of another file becomes a component with the same name, or is the one that has this name already and means the same. What
 * cannot be a component, or has no name, is put in place of the reference, and so is another part of a name: nothing is lost by it. Only
 * for two schemas, whose names are those of types, this is a fault.
 */
export function bundle(root: Source, { locate }: ContractFilesReader) {
  const faults: PlacedFault[] = []
  /** By pointers into the document, the parts that begin at another place. */
  const origins = new Map<string, Location>()
  const added: Record<string, Record<string, unknown>> = {}
  const from = { source: root, pointer: '' }
  const document = copyOf({ kind: 'document', from, to: '', within: [] }, root.value)
  return { document: withComponents(document, added), originOf, referrerOf, faults }

  /** Where a part of the document was written. */
  function originOf(pointer: string): Location {
    for (let end = pointer.length; end > 0; end = pointer.lastIndexOf('/', end - 1)) {
      const origin = origins.get(pointer.slice(0, end))
      if (origin) return { ...origin, pointer: origin.pointer + pointer.slice(end) }
    }
    return { source: root, pointer }
  }

  /** Where the contract itself refers to a part that was written elsewhere, or has it. */
  function referrerOf(pointer: string): Location {
    const prefixes = pointer.split('/').map((_, at, names) => names.slice(0, at + 1).join('/'))
    return { source: root, pointer: prefixes.find((prefix) => origins.has(prefix)) ?? pointer }
  }

  function report(location: Location, text: string): void {
    faults.push(faultAt(location, text))
  }

  /** Without the fields that stand beside a reference to this part. */
  function copyOf(copy: Copy, value: unknown, replaced: readonly string[] = []): Node {
    if (!isNode(value)) return {}
    const node = without(value, replaced)
    const $ref = referenceOf(copy.kind, node)
    if ($ref === undefined) return copyOfFields(copy, node)
    const siblings = without(node, ['$ref'])
    const names = Object.keys(siblings)
    const part = referred(copy, $ref, [...replaced, ...names])
    for (const name of names) {
      const { from, to } = below(copy, copy.kind, name)
      origins.set(to, from)
    }
    return { ...part, ...copyOfFields(copy, siblings) }
  }

  function copyOfFields(copy: Copy, node: Node): Node {
    const copied = mapChildren(copy.kind, node, (child, kind, field, name) => {
      const here = below(copy, kind, field)
      return copyOf(name === undefined ? here : below(here, kind, name), child)
    })
    const { discriminator } = node
    if (copy.kind !== 'schema' || !isNode(discriminator)) return copied
    return {
      ...copied,
      discriminator: copyOfMapping(below(copy, 'schema', 'discriminator'), discriminator),
    }
  }

  /** What stands in place of a reference. */
  function referred(copy: Copy, $ref: string, replaced: readonly string[] = []): Node {
    const { kind, from, to, within } = copy
    const target = locate($ref, from.source)
    if (typeof target === 'string') {
      report(childOf(from, '$ref'), target)
      return {}
    }
    const folder = kind === 'pathItem' ? undefined : componentFolders[kind]
    if (folder !== undefined) {
      if (target.source === root && /^\/components\/[^/]+\/[^/]/.test(target.pointer))
        return { $ref: `#${target.pointer}` }
      const name = componentName(target, folder)
      const place = `/components/${folder}/${name}`
      const clash = name === undefined ? undefined : clashAt(place, target)
      if (name !== undefined && place !== to && (kind === 'schema' || clash === undefined)) {
        if (clash) reportClash(name, clash, target, from)
        addComponent({ kind, from: target, to: place, within: [] })
        return { $ref: `#${place}` }
      }
    }
    const id = idOf(target)
    if (within.includes(id)) {
      report(childOf(from, '$ref'), `${$ref} refers to itself: make it a component`)
      return {}
    }
    origins.set(to, target)
    return copyOf({ ...copy, from: target, within: [...within, id] }, partAt(target), replaced)
  }

  /** The part that has this name already, and where it differs. */
  function clashAt(place: string, target: Location): Clash | undefined {
    const known = componentAt(place)
    const at = known && differenceBetween(known, target, locate)
    return at === undefined || known === undefined ? undefined : { known, at }
  }

  /** At the contract's own schema, which its author can rename, or else at the reference. */
  function reportClash(name: string, { known, at }: Clash, target: Location, from: Location): void {
    const differs = at === '' ? 'differs' : `differs in ${at.slice(1)}`
    if (known.source === root)
      report(
        known,
        `the schema ${name} ${differs} from that of ${placeText(target)}, which is referred to: rename it, or refer to that one`,
      )
    else
      report(
        from,
        `refers to a schema ${name} that ${differs} from that of ${placeText(known)}: two schemas cannot have one name`,
      )
  }

  function addComponent(copy: Copy): void {
    const [, , folder = '', name = ''] = copy.to.split('/')
    if (componentAt(copy.to)) return
    origins.set(copy.to, copy.from)
    const part = copyOf(copy, partAt(copy.from))
    added[folder] = { ...added[folder], [name]: part }
  }

  /** Of the contract itself, or of what it refers to. A component may be a reference to what has the same name elsewhere. */
  function componentAt(place: string): Location | undefined {
    const [, , folder = '', name = ''] = place.split('/')
    const known = origins.get(place)
    if (known) return known
    const own = { source: root, pointer: place }
    const value = partAt(own)
    if (!isNode(value)) return undefined
    const target = typeof value.$ref === 'string' ? locate(value.$ref, root) : own
    return typeof target === 'string' || componentName(target, folder) !== name ? own : target
  }

  function copyOfMapping(copy: Copy, discriminator: Node): Node {
    if (!isNode(discriminator.mapping)) return discriminator
    const mapping = Object.entries(discriminator.mapping).map(([value, to]) => {
      if (typeof to !== 'string') return [value, to]
      const isName = /^[\w.-]+$/.test(to) && !/\.(ya?ml|json)$/.test(to)
      const at = below(below(copy, 'schema', 'mapping'), 'schema', value)
      return [value, referred(at, isName ? `#/components/schemas/${to}` : to).$ref ?? to]
    })
    return { ...discriminator, mapping: Object.fromEntries(mapping) }
  }
}

function below({ from, to, within }: Copy, kind: Kind, name: string): Copy {
  return { kind, from: childOf(from, name), to: `${to}/${escapePointer(name)}`, within }
}

function without(node: Node, names: readonly string[]): Node {
  return Object.fromEntries(Object.entries(node).filter(([name]) => !names.includes(name)))
}

function withComponents(
  document: Node,
  added: Readonly<Record<string, Record<string, unknown>>>,
): Node {
  if (Object.keys(added).length === 0) return document
  const own = isNode(document.components) ? document.components : {}
  const folders = Object.entries(added).map(([folder, more]) => [
    folder,
    { ...Object(own[folder]), ...more },
  ])
  return { ...document, components: { ...own, ...Object.fromEntries(folders) } }
}
