/** The contract as data: references resolved, and the slice of it that one operation needs. */
import type { Document, Method, Parameter, Reference } from './openapi.ts'

/** A contract that no server can be made from. */
export class ContractFault extends Error {
  override readonly name = 'ContractFault'
}

/** Follows a `$ref` inside the document. Throws where it leads nowhere. */
export function resolve<T extends object>(document: Document, node: T | Reference): T {
  if (!('$ref' in node)) return node
  const names = node.$ref.replace(/^#\//, '').split('/').map(unescapePointer)
  // biome-ignore lint/suspicious/noExplicitAny: a pointer may lead to any node of a JSON document
  const target = names.reduce<any>((parent, name) => parent?.[name], document)
  if (target === undefined) throw new ContractFault(`openapi.yaml: ${node.$ref} leads nowhere`)
  return resolve<T>(document, target)
}

/** The parameters of an operation, those of its path among them. */
export function parametersOf(document: Document, path: string, method: Method): Parameter[] {
  const { parameters: common = [], [method]: operation } = document.paths[path] ?? {}
  return [...common, ...(operation?.parameters ?? [])].map((parameter) =>
    resolve<Parameter>(document, parameter),
  )
}

/**
 * The document with one operation and the components that its request reaches, without responses and security.
 *
 * A validator compiles all the components it is given and searches all the paths on every request: over a slice both
 * cost the same however large the contract grows.
 */
export function slice(document: Document, path: string, method: Method): Document {
  const { parameters = [], [method]: operation } = document.paths[path] ?? {}
  if (!operation) throw new ContractFault(`openapi.yaml has no ${method} ${path}`)
  const request = { ...operation, security: [], responses: {} }
  return {
    openapi: document.openapi,
    paths: { [path]: { parameters, [method]: request } },
    components: reached(document, { parameters, request }),
  }
}

type Components = Record<string, Record<string, unknown>>

function reached(document: Document, from: unknown, found: Components = {}): Components {
  for (const ref of references(from)) {
    const [, , kind = '', name = ''] = ref.split('/').map(unescapePointer)
    if (found[kind]?.[name]) continue
    const component: object = resolve(document, { $ref: `#/components/${kind}/${name}` })
    found[kind] = { ...found[kind], [name]: component }
    reached(document, component, found)
  }
  return found
}

/** Every `$ref` below a node. */
export function references(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([key, value]) =>
    key === '$ref' && typeof value === 'string' ? [value] : references(value),
  )
}

function unescapePointer(name: string): string {
  return name.replaceAll('~1', '/').replaceAll('~0', '~')
}
