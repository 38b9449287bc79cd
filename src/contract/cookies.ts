/** Reads the Cookie header (RFC 6265 §4.2.1). Values are percent-decoded, as browsers' libraries encode them. */
import { parametersOf, resolve } from './document.ts'
import type { Document } from './openapi.ts'
import type { Operation } from './operation-table.ts'

type Cookies = Readonly<Record<string, string>>

/** Of a repeated name, the first value: browsers send the cookie of the longest path first. */
export function cookiesIn(header: string): Cookies {
  const pairs = header.split(';').flatMap((pair) => {
    const equals = pair.indexOf('=')
    return equals < 0
      ? []
      : [[pair.slice(0, equals).trim(), decoded(pair.slice(equals + 1))] as const]
  })
  return Object.fromEntries(pairs.toReversed())
}

/** A value that is not percent-encoded UTF-8 stays as it is. */
function decoded(text: string): string {
  const value = text.trim().replace(/^"(.*)"$/, '$1')
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/** Converts valid cookies to the types of the contract, because express-openapi-validator converts a copy. */
export function cookieConverter(
  document: Document,
  { path, method }: Operation,
): (cookies: Cookies) => Record<string, unknown> {
  const types = new Map(
    parametersOf(document, path, method)
      .filter((parameter) => parameter.in === 'cookie')
      .map(({ name, schema = {} }) => [name, [resolve(document, schema).type].flat()]),
  )
  const convert = ([name, text]: [string, string]) => [name, converted(text, types.get(name) ?? [])]
  return (cookies) => Object.fromEntries(Object.entries(cookies).map(convert))
}

function converted(text: string, types: readonly (string | undefined)[]): unknown {
  if (types.includes('string')) return text
  if (types.includes('boolean') && /^(true|false)$/.test(text)) return text === 'true'
  return types.includes('integer') || types.includes('number') ? Number(text) : text
}
