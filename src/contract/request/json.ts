/** Parses JSON texts of requests, within the limits. */

import { BadRequest } from '../errors/refusal.ts'
import { type JsonLimits, requireFewValues } from './json-size.ts'

/** Throws a `BadRequest`, also for an unpaired surrogate: an escape can encode one (RFC 8259 §8.2), which a database cannot store. */
export function parseJson(text: string, limits: JsonLimits): unknown {
  requireFewValues(text, limits)
  const value = parse(text)
  if (/\\ud/i.test(text) && !isWellFormed(value))
    throw new BadRequest('The body contains an unpaired surrogate')
  return value
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new BadRequest('The body is not JSON')
  }
}

/** Recursive, because the limits bound the depth. */
function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) return value.every(isWellFormed)
  return Object.entries(value).every(
    ([name, member]) => name.isWellFormed() && isWellFormed(member),
  )
}
