/** Bounds the values of a JSON text before it is parsed: each takes the time and memory of an object, a name or a number. */
import { BadRequest } from './refusal.ts'

const maxValues = 1_000

const quote = 0x22
const backslash = 0x5c
/** A comma, `[` and `{`: each begins a value. */
const beginsValue = new Set([0x2c, 0x5b, 0x7b])

/** Throws a `BadRequest` if the text has more members, items, lists and objects than that. Malformed text is counted likewise. */
export function requireFewValues(text: string): void {
  let values = 0
  let isInString = false
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === quote) isInString = !isInString
    else if (isInString) at += unit === backslash ? 1 : 0
    else if (beginsValue.has(unit) && ++values > maxValues)
      throw new BadRequest(`The body has too many values: use at most ${maxValues}`)
  }
}
