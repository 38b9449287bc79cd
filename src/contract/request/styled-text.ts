/** Reads one text in the style of the contract: `1,2` as a list, `R,100,G,200` as an object. */

import type { Style } from '../document/parameter-styles.ts'
import type { Shape } from '../document/shape.ts'
import { BadRequest } from '../errors/refusal.ts'
import { parseJson } from './json.ts'
import type { JsonLimits } from './json-size.ts'
import { convertedText } from './text-value.ts'

/** What is wrong with a text that cannot be read; what its schema forbids is found later. */
export class UnreadableText extends Error {}

/** Has no properties of its own, unlike `{}`: a parameter may be named `constructor`. */
export type Values = Record<string, unknown>

export function emptyValues(): Values {
  return Object.create(null)
}

/** How texts are decoded, and how much a text of JSON or a list may contain. */
export interface Reading {
  readonly decode: (text: string) => string
  readonly limits: JsonLimits
}

/** `decode` is applied after a comma is looked for, and before other delimiters are. Throws an `UnreadableText`. */
export function styledValue(style: Style, raw: string, { decode, limits }: Reading): unknown {
  const { kind, shape, delimiter } = style
  if (kind === 'json') return jsonValue(decode(raw), limits)
  if (kind === 'text' || kind === 'textOrList') return convertedText(decode(raw), shape.types)
  const split = (text: string) => partsOf(text, delimiter, limits)
  const parts = delimiter === ',' ? split(raw).map(decode) : split(decode(raw))
  if (kind === 'list') return convertedItems(parts, shape)
  return objectOf(style.explode ? parts.map(named) : alternating(parts), shape)
}

/** As many parts as a JSON text may have values: each takes the time of converting and checking it. */
function partsOf(text: string, delimiter: string, { jsonValues: most }: JsonLimits): string[] {
  const parts = text.split(delimiter, most + 1)
  if (parts.length > most) throw new UnreadableText(`has too many items: use at most ${most}`)
  return parts
}

export function convertedItems(texts: readonly string[], shape: Shape): unknown[] {
  const { types } = shape.items()
  return texts.map((text) => convertedText(text, types))
}

/** The shape of a property, which need not be declared. */
export function propertyShape({ properties }: Shape, name: string): Shape | undefined {
  return properties.get(name)?.()
}

function objectOf(pairs: readonly (readonly [name: string, text: string])[], shape: Shape): Values {
  const values = emptyValues()
  for (const [name, text] of pairs) {
    if (name === '__proto__') throw new UnreadableText('has a property that is not allowed')
    if (name in values) throw new UnreadableText('has a repeated property')
    const types = propertyShape(shape, name)?.types
    values[name] = types ? convertedText(text, types) : text
  }
  return values
}

function named(part: string): [name: string, text: string] {
  const equals = part.indexOf('=')
  if (equals < 0) throw new UnreadableText('is malformed')
  return [part.slice(0, equals), part.slice(equals + 1)]
}

function alternating(parts: readonly string[]): [name: string, text: string][] {
  if (parts.length % 2 === 1) throw new UnreadableText('is malformed')
  return parts.flatMap((name, at) => (at % 2 === 0 ? [[name, parts[at + 1] ?? '']] : []))
}

function jsonValue(text: string, limits: JsonLimits): unknown {
  try {
    return parseJson(text, limits)
  } catch (error) {
    if (error instanceof BadRequest)
      throw new UnreadableText(error.message.replace('The body ', ''))
    throw error
  }
}
