/** Finds paths of a contract that cannot be served, and operations that match the same requests. */
import type { ContractFault } from '../document/contract-fault.ts'
import { pathsOf } from '../document/document.ts'
import { escapePointer } from '../document/document-parts.ts'
import { type Document, methods, type PathItem } from '../document/openapi.ts'
import { normalized, parametersIn, unnamed } from '../document/path-template.ts'

const servedMethods: readonly string[] = methods

export function pathFaults(document: Document): ContractFault[] {
  /** The paths of operations, by method and by what requests they match. */
  const served = new Map<string, string>()
  return pathsOf(document).flatMap(([path, item]) => {
    const pointer = `/paths/${escapePointer(path)}`
    const fault = templateFault(path)
    const ofPath = fault ? [{ pointer, text: fault }] : []
    const ofMethods = Object.keys(item).flatMap((method) => {
      const text = unserved(method, path, item) ?? repeated(method, path, served)
      return text ? [{ pointer: `${pointer}/${method}`, text }] : []
    })
    return [...ofPath, ...ofMethods]
  })
}

/** The router serves HEAD and OPTIONS itself. TRACE is not supported. */
function unserved(method: string, path: string, item: PathItem): string | undefined {
  const fault = `${method} ${path} cannot be declared`
  if (method === 'head' && !item.get) return `${fault}: HEAD is served where GET is`
  if (method === 'options') return `${fault}: the router answers OPTIONS for every path`
  return method === 'trace' ? `${fault}: TRACE is not served` : undefined
}

function repeated(method: string, path: string, served: Map<string, string>): string | undefined {
  if (!servedMethods.includes(method)) return undefined
  const request = `${method} ${unnamed(normalized(path))}`
  const other = served.get(request)
  served.set(request, other ?? path)
  return other && `${method} ${path} is the same path as ${other}`
}

function templateFault(path: string): string | undefined {
  if (!path.startsWith('/')) return `the path ${path} must begin with /`
  if (/\}\{/.test(path)) return `has two parameters with nothing between them: ${path}`
  const literal = path.replace(/\{[^{}/]+\}/g, '')
  if (/[{}]/.test(literal)) return `the path ${path} has a brace that is not one of a parameter`
  const [character] = /[^\w.~!$&'()*+,;=:@/%-]/.exec(literal) ?? []
  if (character !== undefined)
    return `the path ${path} has ${JSON.stringify(character)}, which no request has unless percent-encoded`
  const names = parametersIn(path)
  const twice = names.find((name, at) => names.indexOf(name) < at)
  return twice === undefined ? undefined : `the path ${path} has {${twice}} twice`
}
