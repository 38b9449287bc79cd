/** How refusals are answered. The contract names the schema of its errors; which bytes have that schema is handed in. */
import { ContractFault } from './document.ts'
import type { Operation } from './operation-table.ts'
import type { Refusal } from './refusal.ts'
import type { Answer } from './reply.ts'

export interface ErrorFormat {
  /** The name of its schema in the contract. */
  readonly schema: string
  answer(refusal: Refusal): Answer
  /** The code that the answer has. */
  code(refusal: Refusal): string
}

/** The format of an operation's errors. Throws where none was handed in. */
export function errorFormatOf(
  { errors }: Pick<Operation, 'errors'>,
  formats: readonly ErrorFormat[],
): ErrorFormat {
  const format = formats.find(({ schema }) => schema === errors)
  if (!format) throw new ContractFault(`there is no error format for the schema ${errors}`)
  return format
}
