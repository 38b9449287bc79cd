/** Finds bodies of a contract that cannot be read or sent. */

import type { ContractFault } from '../document/contract-fault.ts'
import { resolve } from '../document/document.ts'
import { escapePointer } from '../document/document-parts.ts'
import { essenceOf, isForm, kindOf, multipartType } from '../document/media-type.ts'
import type { Document, MediaType } from '../document/openapi.ts'
import type { Declared } from '../document/operation-names.ts'
import { formFault } from '../document/parameter-styles.ts'

export function bodyFaults(
  document: Document,
  { id, operation: { requestBody }, pointer }: Declared,
): ContractFault[] {
  if (!requestBody) return []
  const place = `${pointer}/requestBody`
  const { content } = resolve(document, requestBody)
  return Object.entries(content).flatMap(([type, declared]) => {
    const fault = twiceFault(Object.keys(content), type) ?? faultOf(document, type, declared)
    if (!fault) return []
    const at = '$ref' in requestBody ? place : `${place}/content/${escapePointer(type)}`
    return [{ pointer: at, text: `${id} has a request body of ${type}, which ${fault}` }]
  })
}

/** A sentence without its subject. */
function faultOf(document: Document, type: string, declared: MediaType): string | undefined {
  const range = rangeFault(type)
  if (range) return range
  if (essenceOf(type).startsWith('multipart/') && essenceOf(type) !== multipartType)
    return `is not supported: use ${multipartType}`
  if (declared['x-stream'] && kindOf(type) !== 'bytes') return 'cannot be a stream: only bytes can'
  if (kindOf(type) !== 'bytes' && charsetOf(type) !== 'utf-8') return 'is not in UTF-8'
  return isForm(type) ? formFault(document, type, declared) : undefined
}

/** The same for a body of a request and a reply. */
export function rangeFault(type: string): string | undefined {
  const [main = ''] = type.split('/')
  if (!type.includes('*') || /^(\*|[^*/]+)\/\*$/.test(essenceOf(type))) return undefined
  return `is no range of media types: use ${main.replaceAll('*', '') || '*'}/*, or name each`
}

/** Clients add parameters, such as a charset, and leave them out. */
function twiceFault(types: readonly string[], type: string): string | undefined {
  const first = types.find((each) => essenceOf(each) === essenceOf(type))
  if (first === undefined || first === type) return undefined
  return `is ${first} too: parameters do not tell bodies apart`
}

function charsetOf(type: string): string {
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(type) ?? []
  return charset.toLowerCase()
}
