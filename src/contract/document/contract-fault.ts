/** The faults of a contract: each is a sentence with its place. */
import { ContractError } from './document.ts'

/** A fault of a document, at a JSON pointer. */
export interface ContractFault {
  readonly pointer: string
  readonly text: string
  /** What to do if the part was taken from another document: the contract lacks what it needs. */
  readonly advice?: string
}

/** Lines and columns are counted from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

export interface PlacedFault {
  readonly place: Place
  readonly text: string
}

/** A message has no more than these. */
const maxListed = 50

/** Throws a `ContractError` with all faults, sorted by place, if there are any. */
export function requireNoPlacedFaults(faults: readonly PlacedFault[]): void {
  const sorted = faults.toSorted(
    ({ place: { file: a, line: b, column: c } }, { place: { file: x, line: y, column: z } }) =>
      a === x ? b - y || c - z : a < x ? -1 : 1,
  )
  requireNone(
    sorted.map(({ place: { file, line, column }, text }) => `${file}:${line}:${column}: ${text}`),
  )
}

/** Throws a `ContractError` with all faults, in the order of the document, if there are any. */
export function requireNoFaults(faults: readonly ContractFault[]): void {
  requireNone(faults.map(({ pointer, text }) => `openapi.yaml#${pointer}: ${text}`))
}

function requireNone(all: readonly string[]): void {
  const lines = [...new Set(all)]
  if (lines.length === 0) return
  const more = lines.length - maxListed
  const rest = more > 0 ? [`and ${more} more faults`] : []
  throw new ContractError([...lines.slice(0, maxListed), ...rest].join('\n'))
}
