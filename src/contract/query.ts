/** Normalizes the query of a request and rejects unknown parameters, before the values are validated. */
import type { Request } from 'express'
import type { Operation } from './operation-table.ts'
import { pairsOf } from './pairs.ts'
import { BadRequest, type Fault } from './refusal.ts'

/** Percent-encodes each name and value again: the validator then accepts every valid encoding, such as `a+b`, `a@b` and `a*b`. */
export function normalizeQuery(req: Pick<Request, 'url' | 'originalUrl'>): void {
  const end = req.url.indexOf('?')
  if (end < 0) return
  const pairs = pairsOf(req.url.slice(end + 1), 'The query has too many parameters')
  const query = pairs.map(reencode).join('&')
  req.url = req.originalUrl = `${req.url.slice(0, end)}${query && `?${query}`}`
}

function reencode(pair: string): string {
  const equals = pair.indexOf('=')
  if (equals < 0) return `${strictEncode(pair)}=`
  return `${strictEncode(pair.slice(0, equals))}=${strictEncode(pair.slice(equals + 1))}`
}

function strictEncode(text: string): string {
  try {
    const plain = decodeURIComponent(text)
    return encodeURIComponent(plain).replace(/[!'()*]/g, percent)
  } catch {
    throw new BadRequest('The query is not percent-encoded UTF-8')
  }
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

/** Throws a `BadRequest` that lists the parameters that the operation does not have. */
export function requireKnownQuery({ url }: Pick<Request, 'url'>, { queries }: Operation): void {
  const end = url.indexOf('?')
  if (end < 0) return
  const names = new Set(new URLSearchParams(url.slice(end + 1)).keys())
  const unknown = [...names].filter((name) => !queries.includes(name))
  if (unknown.length === 0) return
  const faults = unknown.map((name): Fault => {
    const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`.slice(0, 1000)
    return { in: 'query', pointer, detail: 'is not a parameter of this operation' }
  })
  throw new BadRequest('The request is invalid', { faults })
}
