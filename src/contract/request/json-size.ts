/** Bounds the values of a JSON text before it is parsed: each takes the time and memory of an object, a name or a number. */

import { BadRequest } from '../errors/refusal.ts'
import type { Limits } from './limits.ts'

export type JsonLimits = Pick<Limits, 'jsonValues' | 'jsonDepth'>

const quote = 0x22
const comma = 0x2c
const backslash = 0x5c
const zero = 0x30
const nine = 0x39
// Sets would make the scan of a long text several times as slow.
const opens = (unit: number) => unit === 0x5b || unit === 0x7b
const closes = (unit: number) => unit === 0x5d || unit === 0x7d
/** No number has a value that needs as many; to convert more takes a quadratic time. */
const maxDigits = 1_000

/** Throws a `BadRequest` if the text has more members, items, lists and objects, or deeper ones. Malformed text is counted likewise. */
export function requireFewValues(text: string, { jsonValues, jsonDepth }: JsonLimits): void {
  let values = 0
  let depth = 0
  let digits = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    digits = unit >= zero && unit <= nine ? digits + 1 : 0
    if (digits > maxDigits)
      throw new BadRequest(`The body has a number of more than ${maxDigits} digits`)
    if (unit === quote) at = endOfString(text, at)
    else if (closes(unit)) depth--
    else if (unit === comma || opens(unit)) {
      if (++values > jsonValues)
        throw new BadRequest(`The body has too many values: use at most ${jsonValues}`)
      if (unit !== comma && ++depth > jsonDepth)
        throw new BadRequest(`The body is nested too deeply: use at most ${jsonDepth} levels`)
    }
  }
}

/** The next quote that is not escaped; the length of the text if there is none. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end < 0 ? text.length : end
}

function isEscaped(text: string, at: number): boolean {
  let first = at
  while (text.charCodeAt(first - 1) === backslash) first--
  return (at - first) % 2 === 1
}
