/** Reads the pairs of a query or a form in the styles of the contract. */
import { escapePointer } from '../document/document-parts.ts'
import type { Style } from '../document/parameter-styles.ts'
import type { Shape } from '../document/shape.ts'
import type { Fault } from '../errors/refusal.ts'
import type { Pair } from './pairs.ts'
import {
  convertedItems,
  emptyValues,
  propertyShape,
  type Reading,
  styledValue,
  UnreadableText,
  type Values,
} from './styled-text.ts'
import { convertedText } from './text-value.ts'

export interface ReadPairs {
  readonly values: Values
  /** Of pairs that cannot be read; the schema finds the others. */
  readonly faults: readonly Fault[]
  /** The names that belong to no parameter. */
  readonly unknown: readonly string[]
}

/** Where a pair belongs: to a parameter, or to a property of an object. */
interface Target {
  readonly style: Style
  readonly property?: string
}

export interface PairReader {
  /** Whether a pair of this name belongs to a parameter. */
  knows(name: string): boolean
  /** Whether a pair of this name may be repeated. */
  isList(name: string): boolean
  read(pairs: readonly Pair[]): ReadPairs
}

/** `decode` decodes a part of a text in which a delimiter was looked for. */
export function pairReader(
  styles: readonly Style[],
  part: 'query' | 'body',
  { limits, decode = decodeURIComponent }: Pick<Reading, 'limits'> & Partial<Reading>,
): PairReader {
  const reading = { limits, decode }
  const targets = new Map(styles.flatMap(targetsOf))
  const deep = new Map(styles.filter(({ isDeep }) => isDeep).map((style) => [style.name, style]))

  function read(pairs: readonly Pair[]): ReadPairs {
    const values = emptyValues()
    const faults: Fault[] = []
    const sent = Map.groupBy(pairs, ({ name }) => targetOf(name)?.style)
    const unknown = new Set(sent.get(undefined)?.map(({ name }) => name))
    for (const [style, its] of sent) {
      if (!style) continue
      try {
        values[style.name] = readSent(style, its)
      } catch (error) {
        if (!(error instanceof UnreadableText)) throw error
        faults.push({ in: part, pointer: pointerTo(style.name), detail: error.message })
      }
    }
    return { values, faults, unknown: [...unknown] }
  }

  function readSent(style: Style, sent: readonly Pair[]): unknown {
    if (!style.isDeep && !isExplodedObject(style)) return readValue(style, sent, reading)
    const texts = Map.groupBy(sent, ({ name }) => targetOf(name)?.property ?? '')
    return propertiesOf(style, texts)
  }

  function targetOf(name: string): Target | undefined {
    return targets.get(name) ?? deepTarget(name)
  }

  function isList(name: string): boolean {
    const target = targetOf(name)
    if (!target) return false
    const { style, property } = target
    if (property !== undefined) return isListShape(propertyShape(style.shape, property))
    return style.kind === 'textOrList' || (style.kind === 'list' && style.explode)
  }

  return { knows: (name) => targetOf(name) !== undefined, isList, read }

  function deepTarget(name: string): Target | undefined {
    const bracket = name.lastIndexOf('[')
    const style = deep.get(name.slice(0, Math.max(bracket, 0)))
    const property = name.slice(bracket + 1, -1)
    if (!style || !name.endsWith(']') || property === '' || property === '__proto__')
      return undefined
    const isAllowed = style.shape.additional !== false || style.shape.properties.has(property)
    return isAllowed ? { style, property } : undefined
  }
}

/** A JSON pointer of one name, no longer than a problem may have. */
export function pointerTo(name: string): string {
  return `/${escapePointer(name)}`.slice(0, 1000)
}

function targetsOf(style: Style): [name: string, target: Target][] {
  if (style.isDeep) return []
  if (!isExplodedObject(style)) return [[style.name, { style }]]
  return [...style.shape.properties.keys()].map((property) => [property, { style, property }])
}

function isExplodedObject({ kind, explode }: Style): boolean {
  return kind === 'object' && explode
}

function readValue(style: Style, pairs: readonly Pair[], reading: Reading): unknown {
  const { kind, explode, shape } = style
  const isList = (kind === 'list' && explode) || (kind === 'textOrList' && pairs.length > 1)
  if (isList) return convertedItems(textsOf(pairs), shape)
  const [only, ...others] = pairs
  if (!only || others.length > 0) throw new UnreadableText('is repeated')
  const isMissing = only.text === '' && shape.types.has('string') && !style.allowsEmpty
  if (isMissing && (kind === 'text' || kind === 'textOrList')) throw new UnreadableText('is empty')
  return styledValue(style, only.raw, reading)
}

function propertiesOf({ shape }: Style, sent: ReadonlyMap<string, readonly Pair[]>): Values {
  const values = emptyValues()
  for (const [name, pairs] of sent) {
    const property = propertyShape(shape, name)
    const [first = '', ...others] = textsOf(pairs)
    if (property && isListShape(property))
      values[name] = convertedItems([first, ...others], property)
    else if (others.length > 0) throw new UnreadableText('has a repeated property')
    else values[name] = property ? convertedText(first, property.types) : first
  }
  return values
}

function textsOf(pairs: readonly Pair[]): string[] {
  return pairs.map(({ text }) => text)
}

function isListShape(shape: Shape | undefined): boolean {
  return shape?.isTyped === true && shape.types.has('array')
}
