/** The format of error responses. The contract names the schema of the errors of each operation; an `ErrorFormat` implements one schema. */
import { ContractError } from '../document/document.ts'
import type { Operation } from '../document/operation-table.ts'
import type { OutgoingResponse } from '../reply/reply.ts'
import type { Refusal } from './refusal.ts'

/** See `problemDetails` for an example. */
export interface ErrorFormat {
  /** The name of its schema in the contract; empty for errors whose schema has no name. */
  readonly schema: string
  /** The error response for a refusal. */
  toResponse(refusal: Refusal): OutgoingResponse
  /** The error code in the response. */
  code(refusal: Refusal): string
}

/** The format of the schema of the operation's errors, or the first if its errors have no schema in common. Throws a `ContractError` if there is none. */
export function errorFormatOf(
  { errors }: { readonly errors?: Operation['errors'] | undefined },
  formats: readonly ErrorFormat[],
): ErrorFormat {
  const format = formats.find(({ schema }) => errors === undefined || schema === errors)
  if (!format) throw new ContractError(`no error format for the schema ${errors}`)
  return format
}
