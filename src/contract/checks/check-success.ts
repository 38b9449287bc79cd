/** Finds operations that declare no response of success: a handler could only refuse. */
import type { ContractFault } from '../document/contract-fault.ts'
import type { Document } from '../document/openapi.ts'
import { declaredOperations } from '../document/operation-names.ts'

/** For `generate` only: a contract of a server that this layer does not serve may have such operations. */
export function successFaults(document: Document): ContractFault[] {
  return declaredOperations(document).flatMap(({ id, operation: { responses = {} }, pointer }) =>
    Object.keys(Object(responses)).some((key) => /^([123]|default)/.test(key))
      ? []
      : [{ pointer, text: `${id} has no response of success: declare a status below 400` }],
  )
}
