/** Finds references of a contract that lead nowhere, or to another kind of part than stands there. */
import type { ContractFault } from '../document/contract-fault.ts'
import { ContractError, resolve } from '../document/document.ts'
import { componentFolders, type Kind } from '../document/document-fields.ts'
import {
  isNode,
  type Part,
  referenceOf,
  unescapePointer,
  visitParts,
} from '../document/document-parts.ts'
import type { Document } from '../document/openapi.ts'

export function referenceFaults(document: Document): ContractFault[] {
  const faults: ContractFault[] = []
  visitParts('document', document, (part) => {
    const $ref = referenceOf(part.kind, part.node)
    const text = $ref === undefined ? undefined : faultOf(document, part.kind, $ref)
    if (text) faults.push({ pointer: `${part.pointer}/$ref`, text })
    faults.push(...mappingFaults(document, part))
  })
  return faults
}

function faultOf(document: Document, kind: Kind, $ref: string): string | undefined {
  // The slice of an operation has no other parts of the document.
  if (kind === 'pathItem' || kind === 'operation' || !/^#\/components\/[^/]+\/[^/]/.test($ref))
    return `only components can be referred to, not ${$ref}`
  const [, , folder = '', , ...deeper] = $ref.split('/').map(unescapePointer)
  if (deeper.length === 0 && folder !== componentFolders[kind])
    return `${$ref} is not one of ${componentFolders[kind]}`
  try {
    resolve(document, { $ref })
    return undefined
  } catch (error) {
    if (error instanceof ContractError) return error.message
    throw error
  }
}

function mappingFaults(document: Document, { kind, node, pointer }: Part): ContractFault[] {
  const { discriminator } = node
  if (kind !== 'schema' || !isNode(discriminator)) return []
  return Object.entries(Object(discriminator.mapping)).flatMap(([value, to]) => {
    const $ref = /^[\w.-]+$/.test(String(to)) ? `#/components/schemas/${to}` : String(to)
    const text = faultOf(document, 'schema', $ref)
    return text ? [{ pointer: `${pointer}/discriminator/mapping/${value}`, text }] : []
  })
}
