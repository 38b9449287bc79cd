/** Splits forms and queries into pairs, of which only a limited number is read: each takes the time of decoding two texts. */
import { BadRequest } from '../errors/refusal.ts'

const plus = 0x2b
const space = 0x20

/**
 * The pairs between the `&`, with a space for each plus sign, without empty ones, which count too. Throws a `BadRequest` with the
 * message if there are more.
 */
export function pairsOf(text: string, message: string, maxPairs: number): string[] {
  const pairs = withSpaces(text).split('&', maxPairs + 1)
  if (pairs.length > maxPairs) throw new BadRequest(`${message}: use at most ${maxPairs}`)
  return pairs.filter(Boolean)
}

/** On bytes: 64 KiB of plus signs take `replaceAll` 3 ms. */
function withSpaces(text: string): string {
  if (!text.includes('+')) return text
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === plus) bytes[at] = space
  return bytes.toString()
}
