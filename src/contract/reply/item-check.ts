/** Checks the items of a stream against the contract before they are sent: the data of each event, the value of each line. */
import { declaredTypeOf, isEventStream, isJsonLines } from '../document/media-type.ts'
import type { Document } from '../document/openapi.ts'
import type { OperationTable } from '../document/operation-table.ts'
import type { OutgoingResponse } from './reply.ts'
import { compilerOf, declaredResponse, faultsOf } from './reply-check.ts'

/** Throws an `Error` that names the faults of an item. */
export type RequireItem = (item: unknown) => void

/** Creates the check for a contract. It is undefined if the response is no stream of items, or its items have no schema. */
export function itemCheck(
  document: Document,
  operations: OperationTable,
): (operationId: string, response: OutgoingResponse) => RequireItem | undefined {
  const compile = compilerOf(document)

  return (operationId, { status, mediaType = '' }) => {
    const isEvents = isEventStream(mediaType)
    if (!isEvents && !isJsonLines(mediaType)) return undefined
    const { content = {} } = declaredResponse(document, operations[operationId], status) ?? {}
    const schema = content[declaredTypeOf(Object.keys(content), mediaType) ?? '']?.schema
    if (!schema) return undefined
    const validate = compile(schema)
    const isOfText = typeof schema === 'object' && 'type' in schema && schema.type === 'string'
    return (item) => {
      const isWritten = item instanceof Uint8Array || (isEvents && typeof item === 'string')
      if (isWritten && isOfText) return
      // What the handler has written itself passes only where the schema takes any text.
      const faults = isWritten
        ? faultsOf(validate, 'text', '')
        : faultsOf(validate, isEvents ? 'data' : 'line', isEvents ? dataOf(item) : item)
      if (faults.length > 0) throw new Error(`${operationId} ${status}: ${faults.join('; ')}`)
    }
  }
}

function dataOf(event: unknown): unknown {
  return typeof event === 'object' && event !== null && 'data' in event ? event.data : undefined
}
