/** Reads the OpenAPI document: resolves references, and finds the components that a part of it needs. */
import type { Document, Method, Parameter, Reference } from './openapi.ts'

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
  if (followed.includes($ref)) throw new ContractError(`openapi.yaml: ${$ref} refers to itself`)
  const names = $ref.replace(/^#\//, '').split('/').map(unescapePointer)
  // biome-ignore lint/suspicious/noExplicitAny: a pointer may lead to any node of a JSON document
  const target = names.reduce<any>(childOf, document)
  if (typeof target !== 'object' || target === null)
    throw new ContractError(`openapi.yaml: cannot resolve ${$ref}`)
  return resolve<T>(document, target, [...followed, $ref])
}

/** Of an object's own properties: the document has none of those that every object has. */
function childOf(parent: unknown, name: string): unknown {
  if (typeof parent !== 'object' || parent === null) return undefined
  return Object.getOwnPropertyDescriptor(parent, name)?.value
}

/** Throws a `ContractError` for a reference that cannot be resolved, or to something else than a component or a part of one. */
export function requireResolvable(document: Document): void {
  for (const $ref of references(document)) {
    // `componentsOf` has no other parts of the document.
    if (!/^#\/components\/[^/]+\/[^/]/.test($ref))
      throw new ContractError(`openapi.yaml: only components can be referred to, not ${$ref}`)
    resolve(document, { $ref })
  }
}

/** The parameters of an operation, including those of its path that it does not override (OpenAPI 3.1 §4.8.9). */
export function parametersOf(document: Document, path: string, method: Method): Parameter[] {
  const { parameters: common = [], [method]: operation } = document.paths[path] ?? {}
  const all = [...(operation?.parameters ?? []), ...common].map((parameter) =>
    resolve<Parameter>(document, parameter),
  )
  const keyOf = (parameter: Parameter) => `${parameter.in} ${parameter.name}`
  return all.filter((each, at) => all.findIndex((other) => keyOf(other) === keyOf(each)) === at)
}

/**
 * The components that a node refers to, directly or by way of each other.
 *
 * A validator compiles all components of its document: with these, its work does not grow with the contract.
 */
export function componentsOf(document: Document, node: unknown): Components {
  return reached(document, node, {})
}

type Components = Record<string, Record<string, unknown>>

function reached(document: Document, from: unknown, found: Components): Components {
  for (const ref of references(from)) {
    const [, , kind = '', name = ''] = ref.split('/').map(unescapePointer)
    if (found[kind]?.[name]) continue
    const component: object = resolve(document, { $ref: `#/components/${kind}/${name}` })
    found[kind] = { ...found[kind], [name]: component }
    reached(document, component, found)
  }
  return found
}

/** Every `$ref` within a node. */
export function references(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([key, value]) =>
    key === '$ref' && typeof value === 'string' ? [value] : references(value),
  )
}

function unescapePointer(name: string): string {
  return name.replaceAll('~1', '/').replaceAll('~0', '~')
}
