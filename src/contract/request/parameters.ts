/** Reads the parameters of a request in the styles of the contract, and converts them to its types. The schemas are checked later. */
import type { IncomingMessage } from 'node:http'
import { parametersOf, resolve } from '../document/document.ts'
import type { Document, Parameter, SecurityScheme } from '../document/openapi.ts'
import type { Operation } from '../document/operation-table.ts'
import { ownValue } from '../document/own-value.ts'
import { styleOf } from '../document/parameter-styles.ts'
import { pathOf, pathTexts } from '../document/path-template.ts'
import { BadRequest, type Fault } from '../errors/refusal.ts'
import { cookiesIn, decodedCookie } from './cookies.ts'
import type { JsonLimits } from './json-size.ts'
import { pairReader, pointerTo } from './named-pairs.ts'
import type { Pair } from './pairs.ts'
import {
  emptyValues,
  type Reading,
  styledValue,
  UnreadableText,
  type Values,
} from './styled-text.ts'

export interface Parameters {
  readonly path: Values
  readonly query: Values
  /** By their names in the contract. */
  readonly header: Values
  readonly cookie: Values
  /** Of texts that cannot be read. */
  readonly faults: readonly Fault[]
}

type Message = Pick<IncomingMessage, 'headers'> & { readonly url: string }

/**
 * Of an operation whose parameters `styleFault` accepts. What it returns throws a `BadRequest` for a parameter that the operation does not
 * have, or a path that is not percent-encoded UTF-8.
 */
export function parameterReader(
  document: Document,
  operation: Operation,
  limits: JsonLimits,
): (req: Message, query: readonly Pair[]) => Parameters {
  const { path, method } = operation
  const all = parametersOf(document, path, method)
  const textsOfPath = pathTexts(path)
  const readPath = textReader(document, all, 'path', { decode: decodedPath, limits })
  const readHeaders = textReader(document, all, 'header', { decode: (text) => text.trim(), limits })
  const readCookies = textReader(document, all, 'cookie', { decode: decodedCookie, limits })
  const queries = all.filter((each) => each.in === 'query').map((each) => styleOf(document, each))
  const reader = pairReader(queries, 'query', { limits })
  const keys = queryKeys(document, operation)

  return function readParameters({ url, headers }, pairs) {
    const { values: query, faults: ofQuery, unknown: others } = reader.read(pairs)
    const unknown = others.filter((name) => !keys.includes(name))
    if (unknown.length > 0)
      throw new BadRequest('The request is invalid', { faults: unknown.map(unknownFault) })
    const faults = [...ofQuery]
    return {
      path: readPath(() => textsOfPath(pathOf(url)), faults),
      query,
      header: readHeaders(() => headers, faults),
      cookie: readCookies(() => cookiesIn(headers.cookie ?? ''), faults),
      faults,
    }
  }
}

/** The names of the keys that its security schemes have in the query: they are for the checks, and no parameters. */
function queryKeys(document: Document, { security }: Operation): string[] {
  const { securitySchemes = {} } = document.components ?? {}
  return security.flatMap(Object.keys).flatMap((scheme) => {
    const declared = ownValue(securitySchemes, scheme)
    const { in: part, name } = declared ? resolve<SecurityScheme>(document, declared) : {}
    return part === 'query' && name !== undefined ? [name] : []
  })
}

type Texts = Readonly<Record<string, string | readonly string[] | undefined>>
type ReadTexts = (texts: () => Texts, faults: Fault[]) => Values

/** Reads parameters that are one text each. */
function textReader(
  document: Document,
  parameters: readonly Parameter[],
  part: 'path' | 'header' | 'cookie',
  reading: Reading,
): ReadTexts {
  const styles = parameters
    .filter((each) => each.in === part)
    .map((each) => ({
      key: part === 'header' ? each.name.toLowerCase() : each.name,
      style: styleOf(document, each),
    }))
  return (texts, faults) => {
    const values = emptyValues()
    if (styles.length === 0) return values
    const all = texts()
    for (const { key, style } of styles) {
      const text = Object.hasOwn(all, key) ? all[key] : undefined
      if (text === undefined) continue
      try {
        values[style.name] = styledValue(style, [text].flat().join(','), reading)
      } catch (error) {
        if (!(error instanceof UnreadableText)) throw error
        faults.push({ in: part, pointer: pointerTo(style.name), detail: error.message })
      }
    }
    return values
  }
}

function decodedPath(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    const faults = [{ in: 'path', pointer: '', detail: 'is malformed' }] as const
    throw new BadRequest('The request is invalid', { faults })
  }
}

function unknownFault(name: string): Fault {
  return { in: 'query', pointer: pointerTo(name), detail: 'is not a parameter of this operation' }
}
