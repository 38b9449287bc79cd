/**
 * Converts the texts of parameters and form fields to the types of the contract.
 *
 * Numbers must be JSON numbers (RFC 8259 §6): not `0x10`, `01`, `+5` or `1e400`. An integer must be one that JavaScript represents
 * exactly (up to 2^53 - 1). A text that cannot be converted stays a text, which the schema then rejects.
 */
import type { JsonType } from '../document/shape.ts'

const integer = /^-?(0|[1-9][0-9]*)$/
const number = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?(e[+-]?[0-9]+)?$/i

/** A text stays a text where the schema admits strings. */
export function convertedText(text: string, types: ReadonlySet<JsonType>): unknown {
  if (types.has('string')) return text
  if (types.has('number') && number.test(text)) return numberOr(text, Number.isFinite)
  if (types.has('integer') && integer.test(text)) return numberOr(text, Number.isSafeInteger)
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true'
  if (types.has('null') && text === '') return null
  return text
}

function numberOr(text: string, isExact: (value: number) => boolean): number | string {
  const value = Number(text)
  return isExact(value) ? value : text
}
