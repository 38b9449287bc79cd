/** Writes the values of parameters and bodies as HTTP carries them (OpenAPI 3.1 §4.8.12). */
import type { KitParameter } from './kit-operation.ts'

type Values = Readonly<Record<string, unknown>>

/** A path without parameters. */
export function pathWith(
  template: string,
  parameters: readonly KitParameter[],
  values: Values,
): string {
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]))
  return template.replace(/\{([^{}]+)\}/g, (_, name: string) =>
    encodeURIComponent(simple(values[name], byName.get(name))),
  )
}

/** The pairs of a query, encoded. */
export function queryPairs(
  parameter: Pick<KitParameter, 'name' | 'style' | 'explode' | 'mediaType'>,
  value: unknown,
): string[] {
  const { name, style, explode, mediaType } = parameter
  // No text stands for null.
  if (value === undefined || value === null) return []
  if (mediaType) return [pair(name, JSON.stringify(value))]
  if (Array.isArray(value)) {
    if (explode) return value.map((each) => pair(name, textOf(each)))
    const separator = { spaceDelimited: '%20', pipeDelimited: '|' }[style] ?? ','
    const texts = value.map((each) => encodeURIComponent(textOf(each)))
    return [`${encodeURIComponent(name)}=${texts.join(separator)}`]
  }
  if (!isObject(value)) return [pair(name, textOf(value))]
  if (style === 'deepObject')
    return fieldsOf(value).map(([key, each]) => pair(`${name}[${key}]`, textOf(each)))
  if (explode) return fieldsOf(value).map(([key, each]) => pair(key, textOf(each)))
  return [
    pair(
      name,
      fieldsOf(value)
        .flatMap(([key, each]) => [key, textOf(each)])
        .join(','),
    ),
  ]
}

/** For paths and headers. */
export function simple(
  value: unknown,
  parameter?: Pick<KitParameter, 'explode' | 'mediaType'>,
): string {
  if (parameter?.mediaType) return JSON.stringify(value)
  if (Array.isArray(value)) return value.map(textOf).join(',')
  if (!isObject(value)) return textOf(value)
  const separator = parameter?.explode ? '=' : ','
  return fieldsOf(value)
    .map(([key, each]) => `${key}${separator}${textOf(each)}`)
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

const fieldsOf = (value: unknown): [string, unknown][] =>
  Object.entries(Object(value)).filter(([, each]) => each !== undefined && each !== null)
