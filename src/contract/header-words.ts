/** Says what a malformed header should have been in the contract's own words. */
import { type Document, parametersOf } from './document.ts'
import type { Operation } from './operation-table.ts'
import { ofNoSuchForm } from './problem.ts'
import { BadRequest, type Fault, type Refusal } from './refusal.ts'

/** The descriptions of an operation's headers, by their names in lower case. */
export type HeaderWords = ReadonlyMap<string, string>

export function headerWords(document: Document, { path, method }: Operation): HeaderWords {
  const parameters = parametersOf(document, path, method).filter(
    (parameter) => parameter.in === 'header',
  )
  return new Map(parameters.map(({ name, description = '' }) => [name.toLowerCase(), description]))
}

export function inWords(refusal: Refusal, words: HeaderWords): Refusal {
  if (!refusal.faults.some(isPattern)) return refusal
  const faults = refusal.faults.map((fault) => {
    const description = words.get(fault.pointer.slice(1).toLowerCase())
    return isPattern(fault) && description
      ? { ...fault, detail: `is malformed. ${description}`.slice(0, 1000) }
      : fault
  })
  return new BadRequest(refusal.message, { faults })
}

function isPattern({ in: part, detail }: Fault): boolean {
  return part === 'header' && detail === ofNoSuchForm
}
