/** Writes the values of parameters and bodies as HTTP carries them (OpenAPI 3.1 §4.8.12). */
import type { Style } from '../document/parameter-styles.ts'
import type { KitParameter } from './kit-operation.ts'

type Values = Readonly<Record<string, unknown>>

/** What the style of a parameter says about writing it. */
export type WrittenStyle = Pick<Style, 'name' | 'kind' | 'delimiter' | 'explode' | 'isDeep'>

/** A path without parameters. */
export function pathWith(
  template: string,
  parameters: readonly KitParameter[],
  values: Values,
): string {
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]))
  return template.replace(/\{([^{}]+)\}/g, (_, name: string) =>
    simple(values[name], byName.get(name)?.style, encodeURIComponent),
  )
}

/** The pairs of a query, encoded. */
export function queryPairs(style: WrittenStyle, value: unknown): string[] {
  const { name, kind, delimiter, explode, isDeep } = style
  // No text stands for null.
  if (value === undefined || value === null) return []
  if (kind === 'json') return [pair(name, JSON.stringify(value))]
  if (!isObject(value)) return [pair(name, textOf(value))]
  if (Array.isArray(value) && explode) return value.map((each) => pair(name, textOf(each)))
  if (isDeep) return fieldsOf(value).map(([key, each]) => pair(`${name}[${key}]`, textOf(each)))
  if (explode) return fieldsOf(value).map(([key, each]) => pair(key, textOf(each)))
  const parts: unknown[] = Array.isArray(value) ? value : fieldsOf(value).flat()
  const texts = parts.map((each) => encodeURIComponent(textOf(each)))
  return [`${encodeURIComponent(name)}=${texts.join(delimiter === ' ' ? '%20' : delimiter)}`]
}

/** For paths and headers. */
export function simple(
  value: unknown,
  style?: WrittenStyle,
  encode: (text: string) => string = (text) => text,
): string {
  if (style?.kind === 'json') return encode(JSON.stringify(value))
  const written = (each: unknown) => encode(textOf(each))
  if (Array.isArray(value)) return value.map(written).join(',')
  if (!isObject(value)) return written(value)
  const separator = style?.explode ? '=' : ','
  return fieldsOf(value)
    .map((field) => field.map(written).join(separator))
    .join(',')
}

export function pair(name: string, text: string): string {
  return `${encodeURIComponent(name)}=${encodeURIComponent(text)}`
}

export function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** No text stands for null. */
export const fieldsOf = (value: unknown): [string, unknown][] =>
  Object.entries(Object(value)).filter(([, each]) => each !== undefined && each !== null)
