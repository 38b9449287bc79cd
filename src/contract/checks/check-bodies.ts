/** Finds request bodies of a contract that cannot be read. */

import type { ContractFault } from '../document/contract-fault.ts'
import { resolve } from '../document/document.ts'
import { escapePointer } from '../document/document-parts.ts'
import { essenceOf, isForm, kindOf, multipartType } from '../document/media-type.ts'
import type { Document, MediaType } from '../document/openapi.ts'
import { formFault } from '../document/parameter-styles.ts'
import type { Declared } from './check-operations.ts'

export function bodyFaults(
  document: Document,
  { id, operation: { requestBody }, pointer }: Declared,
): ContractFault[] {
  if (!requestBody) return []
  const place = `${pointer}/requestBody`
  return Object.entries(resolve(document, requestBody).content).flatMap(([type, declared]) => {
    const fault = faultOf(document, type, declared)
    if (!fault) return []
    const at = '$ref' in requestBody ? place : `${place}/content/${escapePointer(type)}`
    return [{ pointer: at, text: `${id} has a request body of ${type}, which ${fault}` }]
  })
}

/** A sentence without its subject. */
function faultOf(document: Document, type: string, declared: MediaType): string | undefined {
  if (type.startsWith('multipart/') && essenceOf(type) !== multipartType)
    return `is not supported: use ${multipartType}`
  if (declared['x-stream'] && kindOf(type) !== 'bytes') return 'cannot be a stream: only bytes can'
  return isForm(type) ? formFault(document, type, declared) : undefined
}
