/** Writes the values of parameters and bodies as HTTP carries them (OpenAPI 3.1 §4.8.12). */
import { formType, isJson } from '../document/media-type.ts'
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
export function queryPairs(parameter: KitParameter, value: unknown): string[] {
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

const boundary = 'part-of-the-contract-tests'

/** The Content-Type of a body that the kit writes. */
export function contentTypeOf(mediaType: string): string {
  if (mediaType.startsWith('multipart/')) return `${mediaType}; boundary=${boundary}`
  return mediaType.replace('/*', '/octet-stream').replace(/^\*/, 'application')
}

export function bodyText(mediaType: string, value: unknown): string | Uint8Array | undefined {
  if (value === undefined) return undefined
  if (isJson(mediaType)) return JSON.stringify(value)
  if (value instanceof Uint8Array) return value
  if (mediaType === formType)
    return fieldsOf(value)
      .flatMap(([name, each]) => formPairs(name, each))
      .join('&')
  if (mediaType.startsWith('multipart/')) return multipart(value)
  return textOf(value)
}

export function pair(name: string, text: string): string {
  return `${encodeURIComponent(name)}=${encodeURIComponent(text)}`
}

function formPairs(name: string, value: unknown): string[] {
  if (Array.isArray(value)) return value.map((each) => pair(name, textOf(each)))
  return [pair(name, textOf(value))]
}

function multipart(value: unknown): string | Uint8Array {
  const parts = fieldsOf(value).flatMap(([name, each]) =>
    (Array.isArray(each) ? each : [each]).map((one) => [name, one] as const),
  )
  const chunks = parts.flatMap(([name, each]) => {
    const isFile = each instanceof Uint8Array
    const file = isFile
      ? '; filename="file.bin"\r\nContent-Type: application/octet-stream'
      : isObject(each)
        ? '\r\nContent-Type: application/json'
        : ''
    return [
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="${encodeURIComponent(name)}"${file}\r\n\r\n`,
      ),
      isFile ? each : Buffer.from(textOf(each)),
      Buffer.from('\r\n'),
    ]
  })
  return Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)])
}

function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

const fieldsOf = (value: unknown): [string, unknown][] =>
  Object.entries(Object(value)).filter(([, each]) => each !== undefined && each !== null)
