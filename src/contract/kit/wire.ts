/** Puts the values and the credentials of a request where HTTP carries them. */
import { formType } from '../document/media-type.ts'
import { bodyText, contentTypeOf } from './body-text.ts'
import type { PlacedCredential } from './credentials.ts'
import type { RequestValues } from './options.ts'
import type { KitRequest } from './requests.ts'
import type { Wire } from './send.ts'
import { pair, pathWith, queryPairs, simple } from './serialize.ts'

export function wireOf({ operation, mediaType }: KitRequest, values: RequestValues): Wire {
  const { parameters, path, method } = operation
  const declared = parameters
    .filter((parameter) => parameter.in === 'query')
    .flatMap((parameter) => queryPairs(parameter.style, values.query[parameter.name]))
  const byName = new Map(
    parameters.map((parameter) => [`${parameter.in} ${parameter.name}`, parameter]),
  )
  const others = Object.entries(values.query)
    .filter(([name, value]) => isCarried(value) && !byName.has(`query ${name}`))
    .map(([name, value]) => pair(name, String(value)))
  const headers = Object.entries(values.header)
    .filter(([, value]) => isCarried(value))
    .map(([name, value]) => [name, simple(value, byName.get(`header ${name}`)?.style)])
  const cookies = Object.entries(values.cookie)
    .filter(([, value]) => isCarried(value))
    .map(([name, value]) => `${name}=${simple(value)}`)
  const pairs = [...declared, ...others]
  const { fields = new Map() } =
    operation.bodies.find((declared) => declared.mediaType === mediaType) ?? {}
  const body = mediaType === undefined ? undefined : bodyText(mediaType, values.body, fields)
  return {
    method: method.toUpperCase(),
    target:
      pathWith(path, parameters, values.path) + (pairs.length > 0 ? `?${pairs.join('&')}` : ''),
    headers: {
      ...Object.fromEntries(headers),
      ...(cookies.length > 0 && { cookie: cookies.join('; ') }),
      ...(mediaType !== undefined && { 'content-type': contentTypeOf(mediaType) }),
    },
    body,
  }
}

/** White space after JSON and after the parts of a multipart body, and empty fields of a form, mean nothing. */
export function padded(wire: Wire, padding = 0): Wire {
  if (padding === 0 || wire.body === undefined) return wire
  const isForm = wire.headers['content-type'] === formType
  const added = Buffer.from((isForm ? '&' : ' ').repeat(padding))
  return { ...wire, body: Buffer.concat([Buffer.from(wire.body), added]) }
}

export function withCredentials(wire: Wire, credentials: readonly PlacedCredential[]): Wire {
  const at = (place: PlacedCredential['place']) =>
    credentials.filter((each) => each.place === place)
  const pairs = at('query').map(({ name, value }) => pair(name, value))
  const separator = wire.target.includes('?') ? '&' : '?'
  const cookies = at('cookie').map(({ name, value }) => `${name}=${value}`)
  const { cookie = '' } = wire.headers
  return {
    ...wire,
    target: pairs.length === 0 ? wire.target : wire.target + separator + pairs.join('&'),
    headers: {
      ...wire.headers,
      ...(cookies.length > 0 && { cookie: [cookie, ...cookies].filter(Boolean).join('; ') }),
      ...Object.fromEntries(at('header').map(({ name, value }) => [name, value])),
    },
  }
}

/** No text stands for null. */
const isCarried = (value: unknown): boolean => value !== undefined && value !== null
