/** Reads the pairs of a query, decoded, before anything else of the request is checked. */

import { BadRequest } from '../errors/refusal.ts'
import { pairsOf } from './pairs.ts'

/** A name and its value. `raw` is the value as it was sent, in which a delimiter is not yet decoded; a plus sign is a space. */
export interface Pair {
  readonly name: string
  readonly text: string
  readonly raw: string
}

/** Throws a `BadRequest` if the query has too many pairs, or is not percent-encoded UTF-8. */
export function queryPairs(url: string, maxPairs: number): readonly Pair[] {
  const end = url.indexOf('?')
  if (end < 0) return []
  return pairsOf(url.slice(end + 1), 'The query has too many parameters', maxPairs).map(pairOf)
}

function pairOf(pair: string): Pair {
  const equals = pair.indexOf('=')
  const raw = equals < 0 ? '' : pair.slice(equals + 1)
  return { name: decoded(equals < 0 ? pair : pair.slice(0, equals)), raw, text: decoded(raw) }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new BadRequest('The query is not percent-encoded UTF-8')
  }
}
