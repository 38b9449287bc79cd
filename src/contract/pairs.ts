/** Splits forms and queries into at most `maxPairs` pairs: each pair takes the time of decoding two texts. */
import { BadRequest } from './refusal.ts'

export const maxPairs = 100

/** The pairs between the `&`, without empty ones, which count too. Throws a `BadRequest` with the message if there are more. */
export function pairsOf(text: string, message: string): string[] {
  const pairs = text.split('&', maxPairs + 1)
  if (pairs.length > maxPairs) throw new BadRequest(`${message}: use at most ${maxPairs}`)
  return pairs.filter(Boolean)
}
