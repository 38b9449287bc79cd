/**
 * Parses forms (WHATWG URL §5.1), stricter than the parser of Express.
 *
 * Rejects more than `maxPairs` fields, repeated fields, invalid percent-encoding, invalid UTF-8, and names that have control characters or that other parsers
 * turn into objects. The schema restricts the values. An empty value counts as omitted: a browser sends every field of a form, even if it is not filled in.
 */
import { pairsOf } from './pairs.ts'
import { BadRequest } from './refusal.ts'

export type Form = Record<string, string>

// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern finds control characters
const control = /[\u0000-\u001F\u007F]/

/** Throws a `BadRequest`. */
export function parseForm(text: string): Form {
  const form: Form = Object.create(null)
  const seen = new Set<string>()
  for (const pair of pairsOf(text, 'The form has too many fields')) {
    const [name, value] = field(pair)
    if (seen.has(name)) throw new BadRequest('A field is repeated')
    seen.add(name)
    if (value !== '') form[name] = value
  }
  return form
}

function field(pair: string): [name: string, value: string] {
  const equals = pair.indexOf('=')
  const name = decode(equals < 0 ? pair : pair.slice(0, equals))
  const value = equals < 0 ? '' : decode(pair.slice(equals + 1))
  if (name.includes('[') || name === '__proto__' || control.test(name))
    throw new BadRequest('A field name is not allowed')
  return [name, value]
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new BadRequest('A field is not percent-encoded UTF-8')
  }
}
