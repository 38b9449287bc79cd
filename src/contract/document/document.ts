/** Reads the OpenAPI document: resolves references, and finds the components that a part of it needs. */
import { fieldShape, type Kind } from './document-fields.ts'
import {
  escapePointer,
  formOf,
  referenceOf,
  unescapePointer,
  visitParts,
} from './document-parts.ts'
import type { Document, Method, Parameter, PathItem, Reference } from './openapi.ts'

/** The contract is invalid, uses an unsupported feature, or differs from the server. */
export class ContractError extends Error {
  override readonly name = 'ContractError'
}

/** Follows a `$ref` within the document. Throws a `ContractError` if it cannot be resolved. */
export function resolve<T extends object>(
  document: Document,
  node: T | Reference,
  followed: readonly string[] = [],
): T {
  if (!('$ref' in node)) return node
  const { $ref } = node
  if (followed.includes($ref)) throw new ContractError(`${$ref} refers to itself`)
  const target = valueAt(document, $ref.replace(/^#/, ''))
  if (typeof target !== 'object' || target === null)
    throw new ContractError(`cannot resolve ${$ref}`)
  return resolve<T>(document, target as T | Reference, [...followed, $ref])
}

/** The value at a JSON pointer (RFC 6901); undefined if there is none. */
export function valueAt(value: unknown, pointer: string): unknown {
  return pointer.split('/').slice(1).map(unescapePointer).reduce(childOf, value)
}

/** Of an object's own properties: the document has none of those that every object has. */
function childOf(parent: unknown, name: string): unknown {
  if (typeof parent !== 'object' || parent === null) return undefined
  return Object.getOwnPropertyDescriptor(parent, name)?.value
}

/** The paths of the document, without extensions. */
export function pathsOf({ paths = {} }: Document): [path: string, item: PathItem][] {
  return Object.entries(paths).filter(([path]) => !path.startsWith('x-'))
}

/** The parameters of an operation, including those of its path that it does not override (OpenAPI 3.1 §4.8.9). */
export function parametersOf(document: Document, path: string, method: Method): Parameter[] {
  const { parameters: common = [], [method]: operation } = document.paths[path] ?? {}
  const all = [...(operation?.parameters ?? []), ...common].map((parameter) =>
    resolve<Parameter>(document, parameter),
  )
  const ids = all.map(parameterId)
  return all.filter((each, at) => !isIgnored(each) && ids.indexOf(ids[at] ?? '') === at)
}

/** Whether other parts of the contract describe the parameter: the media types and the security schemes (OpenAPI 3.1 §4.8.12.1). */
export function isIgnored({ in: part, name }: Pick<Parameter, 'in' | 'name'>): boolean {
  return part === 'header' && /^(accept|authorization|content-type)$/i.test(name)
}

/** The headers of a response, without the one that its media types describe (OpenAPI 3.1 §4.8.17). */
export function headersOf<Header>(response: {
  readonly headers?: Readonly<Record<string, Header>>
}): Record<string, Header> {
  const { headers = {} } = response
  const entries = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-type')
  return Object.fromEntries(entries)
}

/** Two parameters with the same id are one. Names of headers are case-insensitive. */
export function parameterId({ in: part, name }: Parameter): string {
  return `${part} ${part === 'header' ? name.toLowerCase() : name}`
}

type Components = Record<string, Record<string, unknown>>

/**
 * The components that a part refers to, directly or by way of each other.
 *
 * A validator compiles all components of its document: with these, its work does not grow with the contract.
 */
export function componentsOf(
  document: Document,
  kind: Kind,
  from: unknown,
  found: Components = {},
): Components {
  for (const $ref of references(kind, from)) {
    const [, , folder = '', name = ''] = $ref.split('/').map(unescapePointer)
    const [componentKind] = formOf(fieldShape('components', folder))
    if (componentKind === undefined || Object.hasOwn(found[folder] ?? {}, name)) continue
    const pointer = `/components/${folder}/${escapePointer(name)}`
    const component: object = resolve(document, { $ref: `#${pointer}` })
    found[folder] = { ...found[folder], [name]: component }
    // As it is written: it may be a reference to another one.
    componentsOf(document, componentKind, valueAt(document, pointer), found)
  }
  return found
}

/** Every reference within a part. */
export function references(kind: Kind, part: unknown): string[] {
  const found: string[] = []
  visitParts(kind, part, ({ kind: referred, node }) => {
    const $ref = referenceOf(referred, node)
    if ($ref !== undefined) found.push($ref)
  })
  return found
}
