/** Writes a sample of a request as `fetch` sends it: parameters in the styles of OpenAPI 3.1 §4.8.12, and the body by its media type. */
import type { Parameter } from '../../../src/contract/document/openapi.ts'
import type { Operation } from '../../../src/contract/document/operation-table.ts'

export interface ParameterSample {
  readonly parameter: Parameter & { readonly style?: string; readonly explode?: boolean }
  readonly value: unknown
  readonly isJson: boolean
}

export interface RequestSample {
  readonly values: readonly ParameterSample[]
  readonly mediaType?: string
  readonly body?: unknown
}

export function requestTo(
  { path, method }: Pick<Operation, 'path' | 'method'>,
  { values, mediaType, body }: RequestSample,
) {
  const of = (part: string) => values.filter(({ parameter }) => parameter.in === part)
  const filled = of('path').reduce(
    (text, sample) => text.replaceAll(`{${sample.parameter.name}}`, () => inPath(sample)),
    path,
  )
  const query = of('query').flatMap(inQuery).join('&')
  const headers = Object.fromEntries(
    of('header')
      .filter(({ parameter }) => !/^(accept|content-type|authorization)$/i.test(parameter.name))
      .map((sample) => [sample.parameter.name, encodeURI(joined(sample))]),
  )
  const cookies = of('cookie').map(
    (sample) => `${sample.parameter.name}=${encodeURIComponent(joined(sample))}`,
  )
  return {
    path: query ? `${filled}?${query}` : filled,
    init: {
      method: method.toUpperCase(),
      headers: {
        ...headers,
        ...(cookies.length > 0 && { Cookie: cookies.join('; ') }),
        ...(mediaType && !mediaType.startsWith('multipart/') && { 'Content-Type': mediaType }),
      },
      ...(mediaType !== undefined && { body: payload(mediaType, body) }),
    },
  }
}

function payload(mediaType: string, body: unknown): string | FormData {
  if (mediaType.startsWith('multipart/')) {
    const form = new FormData()
    for (const [name, value] of Object.entries(body ?? {}))
      form.append(name, typeof value === 'string' ? value : JSON.stringify(value))
    return form
  }
  if (mediaType.startsWith('application/x-www'))
    return new URLSearchParams(
      Object.entries(body ?? {}).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    ).toString()
  return typeof body === 'string' && !/json/.test(mediaType) ? body : JSON.stringify(body)
}

function joined({ value, isJson }: ParameterSample): string {
  if (isJson) return JSON.stringify(value)
  if (Array.isArray(value)) return value.join(',')
  if (typeof value === 'object' && value !== null) return Object.entries(value).flat().join(',')
  return String(value)
}

function inPath(sample: ParameterSample): string {
  return encodeURIComponent(joined(sample))
}

function inQuery(sample: ParameterSample): string[] {
  const {
    parameter: { name, style = 'form', explode = style === 'form' },
    value,
    isJson,
  } = sample
  const pair = (key: string, text: unknown) =>
    `${encodeURIComponent(key)}=${encodeURIComponent(String(text))}`
  if (isJson || typeof value !== 'object' || value === null) return [pair(name, joined(sample))]
  if (style === 'deepObject')
    return Object.entries(value).map(([key, each]) => pair(`${name}[${key}]`, each))
  if (Array.isArray(value) && explode) return value.map((each) => pair(name, each))
  if (explode) return Object.entries(value).map(([key, each]) => pair(key, each))
  return [pair(name, joined(sample))]
}
