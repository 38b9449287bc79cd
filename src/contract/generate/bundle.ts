/** Makes one document of a contract and of what it refers to in other files. */
import type { PlacedFault } from '../document/contract-fault.ts'
import { valueAt } from '../document/document.ts'
import { componentFolders, type Kind, shapeOf } from '../document/document-fields.ts'
import {
  escapePointer,
  formOf,
  isNode,
  type Node,
  referenceOf,
} from '../document/document-parts.ts'
import { type ContractFilesReader, componentName, type Location } from './contract-files.ts'
import type { Source } from './contract-source.ts'

export interface Bundle {
  readonly document: Node
  /** Where a part of the document was written. */
  readonly originOf: (pointer: string) => Location
  readonly faults: readonly PlacedFault[]
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
 * A part of another file becomes a component with the same name. What cannot be a component, or has no name, is put in place of the
 * reference, and so is a second part of one name. Only for two schemas, whose names are those of types, this is a fault.
 */
export function bundle(root: Source, { locate }: ContractFilesReader): Bundle {
  const faults: PlacedFault[] = []
  /** By pointers into the document, the parts that begin at another place. */
  const origins = new Map<string, Location>()
  const added: Record<string, Record<string, unknown>> = {}
  const from = { source: root, pointer: '' }
  const document = copyOf({ kind: 'document', from, to: '', within: [] }, root.value)
  return { document: withComponents(document, added), originOf, faults }

  function originOf(pointer: string): Location {
    for (let end = pointer.length; end > 0; end = pointer.lastIndexOf('/', end - 1)) {
      const origin = origins.get(pointer.slice(0, end))
      if (origin) return { ...origin, pointer: origin.pointer + pointer.slice(end) }
    }
    return { source: root, pointer }
  }

  function report({ source, pointer }: Location, text: string): void {
    faults.push({ place: source.placeOf(pointer), text })
  }

  function copyOf(copy: Copy, value: unknown): Node {
    if (!isNode(value)) return {}
    const $ref = referenceOf(copy.kind, value)
    if ($ref === undefined) return copyOfFields(copy, value)
    const { $ref: _, ...siblings } = value
    return { ...referred(copy, $ref), ...copyOfFields(copy, siblings) }
  }

  function copyOfFields(copy: Copy, node: Node): Node {
    const entries = Object.entries(node).map(([field, value]) => [
      field,
      copy.kind === 'schema' && field === 'discriminator'
        ? copyOfMapping(below(copy, copy.kind, field), value)
        : copyOfField(copy, field, value),
    ])
    return Object.fromEntries(entries)
  }

  function copyOfField(copy: Copy, field: string, value: unknown): unknown {
    const [kind, form] = formOf(shapeOf(copy.kind, field))
    if (kind === undefined || typeof value !== 'object' || value === null) return value
    const here = below(copy, kind, field)
    if (form === 'one') return isNode(value) ? copyOf(here, value) : value
    const one = (name: string | number, member: unknown) =>
      isNode(member) ? copyOf(below(here, kind, String(name)), member) : member
    if (Array.isArray(value))
      return form === 'list' ? value.map((member, at) => one(at, member)) : value
    if (form === 'list') return value
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, one(name, member)]),
    )
  }

  /** What stands in place of a reference. */
  function referred(copy: Copy, $ref: string): Node {
    const { kind, from, to, within } = copy
    const target = locate($ref, from.source)
    if (typeof target === 'string') {
      report(child(from, '$ref'), target)
      return {}
    }
    const folder = kind === 'pathItem' ? undefined : componentFolders[kind]
    if (folder !== undefined) {
      if (target.source === root && /^\/components\/[^/]+\/[^/]/.test(target.pointer))
        return { $ref: `#${target.pointer}` }
      const name = componentName(target, folder)
      const place = `/components/${folder}/${name}`
      const isTaken = kind !== 'schema' && isNameTaken(place, target)
      if (name !== undefined && place !== to && !isTaken) {
        addComponent({ kind, from: target, to: place, within: [] }, from)
        return { $ref: `#${place}` }
      }
    }
    const id = idOf(target)
    if (within.includes(id)) {
      report(child(from, '$ref'), `${$ref} refers to itself: make it a component`)
      return {}
    }
    origins.set(to, target)
    return copyOf({ ...copy, from: target, within: [...within, id] }, partAt(target))
  }

  /** Of the contract itself, or of what it refers to. */
  function componentAt(place: string): Location | undefined {
    const [, , folder = '', name = ''] = place.split('/')
    return origins.get(place) ?? ofContract(place, folder, name)
  }

  function isNameTaken(place: string, target: Location): boolean {
    const known = componentAt(place)
    return known !== undefined && idOf(known) !== idOf(target)
  }

  function addComponent(copy: Copy, referrer: Location): void {
    const [, , folder = '', name = ''] = copy.to.split('/')
    const known = componentAt(copy.to)
    if (known && isNameTaken(copy.to, copy.from)) {
      const { file, line, column } = known.source.placeOf(known.pointer)
      const text = `has the name ${name}, which ${file}:${line}:${column} has, too: rename one of them`
      report(copy.from, text)
      report(referrer, `refers to ${name}, but there are two`)
    }
    if (known) return
    origins.set(copy.to, copy.from)
    const part = copyOf(copy, partAt(copy.from))
    added[folder] = { ...added[folder], [name]: part }
  }

  /** A component of the contract itself. It may be a reference to what has the same name elsewhere. */
  function ofContract(pointer: string, folder: string, name: string): Location | undefined {
    const own = { source: root, pointer }
    const value = partAt(own)
    if (!isNode(value)) return undefined
    const target = typeof value.$ref === 'string' ? locate(value.$ref, root) : own
    return typeof target === 'string' || componentName(target, folder) !== name ? own : target
  }

  function copyOfMapping(copy: Copy, discriminator: unknown): unknown {
    if (!isNode(discriminator) || !isNode(discriminator.mapping)) return discriminator
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
  return { kind, from: child(from, name), to: `${to}/${escapePointer(name)}`, within }
}

function child({ source, pointer }: Location, name: string): Location {
  return { source, pointer: `${pointer}/${escapePointer(name)}` }
}

function idOf({ source, pointer }: Location): string {
  return `${source.url.href}#${pointer}`
}

function partAt({ source, pointer }: Location): unknown {
  return valueAt(source.value, pointer)
}

function withComponents(
  document: Node,
  added: Readonly<Record<string, Record<string, unknown>>>,
): Node {
  const own = isNode(document.components) ? document.components : {}
  const folders = Object.entries(added).map(([folder, more]) => [
    folder,
    { ...(isNode(own[folder]) ? own[folder] : {}), ...more },
  ])
  return folders.length === 0
    ? document
    : { ...document, components: { ...own, ...Object.fromEntries(folders) } }
}
