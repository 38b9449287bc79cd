/**
 * Parses forms (WHATWG URL §5.1), stricter than the parser of Express.
 *
 * Rejects too many fields, repeated fields that are no lists, invalid percent-encoding, invalid UTF-8, and names that have control characters or that other
 * parsers turn into objects. The schema restricts the values. An empty value counts as omitted: a browser sends every field of a form, even if it is not filled in.
 */

import { formFields, stylesOf } from '../document/form-fields.ts'
import { formType } from '../document/media-type.ts'
import type { Document, MediaType } from '../document/openapi.ts'
import { BadRequest } from '../errors/refusal.ts'
import type { Limits } from './limits.ts'
import { type PairReader, pairReader, type ReadPairs } from './named-pairs.ts'
import { type Pair, pairsOf } from './pairs.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern finds control characters
const control = /[\u0000-\u001F\u007F]/

/** What it returns throws a `BadRequest`. */
export function formReader(
  document: Document,
  declared: MediaType,
  limits: Limits,
): (text: string) => Pick<ReadPairs, 'values' | 'faults'> {
  const styles = stylesOf(formFields(document, formType, declared))
  const reader = pairReader(styles, 'body', { limits })

  return function readForm(text) {
    const fields = pairsOf(text, limits.fields, {
      tooMany: 'The form has too many fields',
      malformed: 'A field is not percent-encoded UTF-8',
    })
    requireDistinct(fields, reader)
    const sent = fields.filter((field) => field.text !== '')
    const { values, faults } = reader.read(sent)
    for (const field of sent) if (!reader.knows(field.name)) values[field.name] = field.text
    return { values, faults }
  }
}

function requireDistinct(fields: readonly Pair[], reader: PairReader): void {
  const seen = new Set<string>()
  for (const { name } of fields) {
    if (!reader.knows(name)) requireFieldName(name)
    if (seen.has(name) && !reader.isList(name)) throw new BadRequest('A field is repeated')
    seen.add(name)
  }
}

/** Throws a `BadRequest` for a name that is not declared and that programs do not treat alike. */
function requireFieldName(name: string): void {
  if (name.includes('[') || name === '__proto__' || control.test(name))
    throw new BadRequest('A field name is not allowed')
}
