/**
 * The one reader of forms (WHATWG URL §5.1), strict where Express's own is lenient.
 *
 * Refused: a field that is repeated, a bad escape, invalid UTF-8, a control character, and a name that other parsers would
 * make an object of. An empty value counts as omitted: a form sends each of its fields, filled in or not.
 */
import { BadRequest } from './refusal.ts'

export type Form = Record<string, string>

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\u0000-\u001F\u007F]/

export function parseForm(text: string): Form {
  const form: Form = Object.create(null)
  const seen = new Set<string>()
  for (const pair of text.split('&')) {
    if (pair === '') continue
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
  if (name.includes('[') || name === '__proto__')
    throw new BadRequest('A field has a name that is not allowed')
  if (control.test(name) || control.test(value))
    throw new BadRequest('A field has a control character')
  return [name, value]
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new BadRequest('A field is not percent-encoded UTF-8')
  }
}
