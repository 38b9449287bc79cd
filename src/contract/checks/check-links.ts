/** Finds links between operations that lead to none. */

import type { ContractFault } from '../document/contract-fault.ts'
import { valueAt } from '../document/document.ts'
import { decodedFragment, unescapePointer, visitParts } from '../document/document-parts.ts'
import type { Document } from '../document/openapi.ts'
import { declaredOperations } from '../document/operation-names.ts'

export function linkFaults(document: Document): ContractFault[] {
  const ids = new Set(declaredOperations(document).map(({ id }) => id))
  const faults: ContractFault[] = []
  visitParts('document', document, ({ kind, node, pointer }) => {
    const { operationId: id, operationRef } = node
    if (kind !== 'link') return
    if (typeof id === 'string' && !ids.has(id))
      faults.push({ pointer, text: `the link leads to the operation ${id}, which is not declared` })
    // References to other documents are for clients.
    const isHere = typeof operationRef === 'string' && operationRef.startsWith('#')
    if (isHere && valueAt(document, decodedFragment(operationRef.slice(1))) === undefined)
      faults.push({ pointer, text: `the link leads to ${operationRef}, which is not there` })
  })
  return faults
}

/** An operation can be taken from another document without those to which its links lead. */
export function withoutLinks(
  document: Document,
  isRemoved: (pointer: string) => boolean,
): Document {
  const dangling = linkFaults(document)
    .map(({ pointer }) => pointer)
    .filter(isRemoved)
  if (dangling.length === 0) return document
  const copy = structuredClone(document)
  const removed = [...dangling]
  visitParts('document', document, ({ kind, node: { $ref }, pointer }) => {
    if (kind === 'link' && typeof $ref === 'string' && dangling.includes($ref.slice(1)))
      removed.push(pointer)
  })
  for (const pointer of removed) {
    const end = pointer.lastIndexOf('/')
    const links = valueAt(copy, pointer.slice(0, end))
    if (typeof links === 'object' && links !== null)
      Reflect.deleteProperty(links, unescapePointer(pointer.slice(end + 1)))
  }
  return copy
}
